namespace DaemonRpc.Installed.Tests.Split;

/// <summary>A stranger who builds a client whose project references its daemon's.</summary>
public sealed class SplitBuildTests(PackedPackage package)
{
    private const string Handler = "apps/wordsd/Program.cs";

    [Fact]
    public void Client_starts_the_daemon_beside_it_and_a_build_after_an_edit_of_the_handler_replaces_that_daemon()
    {
        using var solution = new SplitSolution(package);
        string build = solution.DotNet("build", "Words.slnx").Succeeded().Output;
        string clientBefore = solution.Snapshot("apps/words/obj/Debug/net10.0").Single(static file => file.StartsWith("words.dll ", StringComparison.Ordinal));

        Assert.All(["Contract -> ", "words -> ", "wordsd -> "], project => Assert.Equal(2, build.Split(project).Length));
        Assert.Equal("first handler, JIT Started", solution.Run(solution.Built));
        Assert.Equal("first handler, JIT Reused", solution.Run("dotnet", $"{solution.Built}.dll"));
        Assert.Equal("first handler, JIT Reused", solution.Run(File.CreateSymbolicLink(solution["link"], solution.Built).FullName));

        string[] output = solution.Snapshot(".");
        _ = solution.DotNet("build", "apps/words", "--no-restore").Succeeded();
        Assert.Equal(output, solution.Snapshot("."));

        solution.Edit(Handler, "first handler", "second handler");
        _ = solution.DotNet("build", "apps/words", "--no-restore").Succeeded();
        Assert.Equal("second handler, JIT Replaced", solution.Run(solution.Built));
        Assert.Equal("second handler, JIT Reused", solution.Run(solution.Built));
        Assert.Contains(clientBefore, solution.Snapshot("apps/words/obj/Debug/net10.0"));

        string daemon = Path.Combine(Path.GetDirectoryName(solution.Built)!, "daemons", "wordsd", "wordsd");
        solution.EndDaemons();
        File.Delete(daemon);
        string missing = solution.Run(solution.Built);
        Assert.StartsWith("DaemonStartException: ", missing, StringComparison.Ordinal);
        Assert.Contains(daemon, missing, StringComparison.Ordinal);
        Assert.Contains("ship the folder 'daemons' beside this program", missing, StringComparison.Ordinal);

        _ = solution.DotNet("clean", "apps/words").Succeeded();
        Assert.Empty(solution.Snapshot("apps/words/bin"));
    }

    [Theory]
    [InlineData("""OutputItemType="DaemonRpcDaemon" """, "Exe", "DRPC204")]
    [InlineData("""OutputItemType="DaemonRpcDaemon" ReferenceOutputAssembly="false" """, "Library", "DRPC205")]
    public void Reference_that_cannot_work_is_an_error(string reference, string outputType, string code)
    {
        using var solution = new SplitSolution(package, reference);
        solution.Edit("apps/wordsd/wordsd.csproj", "<OutputType>Exe<", $"<OutputType>{outputType}<");
        if (outputType == "Library")
        {
            solution.Edit(Handler, "return await WordsDaemon.RunAsync(context => new Words());", "");
        }

        _ = solution.DotNet("build", "apps/words").FailedWith(code);
    }
}
