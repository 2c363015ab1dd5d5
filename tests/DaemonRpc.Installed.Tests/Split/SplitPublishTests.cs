namespace DaemonRpc.Installed.Tests.Split;

/// <summary>A stranger who publishes a client whose project references its daemon's, with one command.</summary>
public sealed class SplitPublishTests(PackedPackage package)
{
    [Fact]
    public void Native_client_is_published_with_a_daemon_that_is_not_native()
    {
        Assert.SkipUnless(
            Directory.Exists(Path.Combine(PackedPackage.RestoredPackages, "microsoft.dotnet.ilcompiler")),
            "The Native AOT compiler is not among this repository's restored packages.");
        using var solution = new SplitSolution(package);
        string[] publish = ["publish", "apps/words", "--use-current-runtime", "-p:PublishAot=true", "-o", solution["out put"]];
        _ = solution.DotNet(publish).Succeeded();

        Assert.Equal("first handler, JIT Started", solution.Run(solution["out put/words"]));
        Assert.False(File.Exists(solution["out put/words.dll"]));
        AssertHoldsOnlyTheDaemon(solution["out put/daemons/wordsd"]);

        solution.Edit("apps/wordsd/Program.cs", "first handler", "second handler");
        _ = solution.DotNet([.. publish, "--no-restore"]).Succeeded();
        Assert.Equal("second handler, JIT Replaced", solution.Run(solution["out put/words"]));

        // The folder works anywhere, also through a link, as a tool is started.
        solution.EndDaemons();
        Directory.Move(solution["out put"], solution["möved"]);
        string link = File.CreateSymbolicLink(solution["link"], solution["möved/words"]).FullName;
        Assert.Equal("second handler, JIT Started", solution.Run(link));
        Assert.Equal("second handler, JIT Reused", solution.Run(solution["möved/words"]));
    }

    [Fact]
    public void Client_that_is_one_file_is_published_with_a_daemon_that_is_several()
    {
        using var solution = new SplitSolution(package);
        _ = solution.DotNet("publish", "apps/words", "--use-current-runtime", "--no-self-contained", "-p:PublishSingleFile=true", "-o", solution["single"]).Succeeded();

        Assert.Equal("first handler, JIT Started", solution.Run(solution["single/words"]));
        Assert.Equal("first handler, JIT Reused", solution.Run(File.CreateSymbolicLink(solution["link"], solution["single/words"]).FullName));
        Assert.False(File.Exists(solution["single/Contract.dll"]));
        AssertHoldsOnlyTheDaemon(solution["single/daemons/wordsd"]);

        // What was built is published without being built.
        solution.EndDaemons();
        _ = solution.DotNet("build", "Words.slnx", "-c", "Release").Succeeded();
        solution.Edit("apps/wordsd/Program.cs", "first handler", "handler that is not built");
        _ = solution.DotNet("publish", "apps/words", "--no-build", "-o", solution["built"]).Succeeded();
        Assert.Equal("first handler, JIT Started", solution.Run(solution["built/words"]));
    }

    private static void AssertHoldsOnlyTheDaemon(string folder)
    {
        string[] files = [.. Directory.GetFiles(folder).Select(static file => Path.GetFileName(file))];
        Assert.All(
            ["wordsd", "wordsd.dll", "wordsd.pdb", "wordsd.deps.json", "wordsd.runtimeconfig.json", "Contract.dll", "DaemonRpc.Runtime.dll"],
            file => Assert.Contains(file, files));
        Assert.DoesNotContain("words.dll", files);
    }
}
