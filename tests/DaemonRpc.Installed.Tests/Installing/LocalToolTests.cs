namespace DaemonRpc.Installed.Tests.Installing;

/// <summary>A stranger's tool as folders name it in their manifests, and as it is run without being installed: in two versions at once.</summary>
public sealed class LocalToolTests(PackedPackage package)
{
    [Fact]
    public void Folders_with_two_versions_share_the_newer_daemon_or_have_one_each()
    {
        using var tool = new GreetTool(package);
        tool.Pack("1.0.0");
        tool.Pack("2.0.0");
        foreach (string version in new[] { "1.0.0", "2.0.0" })
        {
            tool.DotNetOfUser(tool.User[version], "new", "tool-manifest").Succeeded();
            tool.DotNetOfUser(tool.User[version], "tool", "install", "Acme.Greet", "--version", version).Succeeded();
        }

        // The newer one wins, and the older one is told so.
        Greeted old = RunIn("1.0.0");
        Assert.Equal(("1.0.0", "1.0.0", 1), (old.Client, old.Daemon, old.Greetings));
        Greeted late = RunIn("2.0.0");
        Assert.Equal(("2.0.0", "2.0.0", 1), (late.Client, late.Daemon, late.Greetings));
        old.HasLeft();
        CommandRun refused = tool.DotNetOfUser(tool.User["1.0.0"], "tool", "run", "greet");
        Assert.Equal(3, refused.ExitCode);
        Assert.Contains("DaemonVersionException", refused.Output, StringComparison.Ordinal);
        Assert.Equal(2, RunIn("2.0.0").Greetings);

        // Or each has its own; so has a version that is run and not installed.
        Greeted[] first = [RunIn("1.0.0", "--side-by-side"), RunIn("2.0.0", "--side-by-side")];
        Assert.Equal(["1.0.0", "2.0.0"], first.Select(greeted => greeted.Daemon));
        Greeted[] second = [Execute("1.0.0"), Execute("2.0.0")];
        Assert.Equal(first.Select(greeted => greeted with { Greetings = 2, Origin = "Reused" }), second);

        Greeted RunIn(string folder, params string[] arguments) =>
            Greeted.Read(tool.DotNetOfUser(tool.User[folder], ["tool", "run", "greet", "--", .. arguments]));

        Greeted Execute(string version) => Greeted.Read(tool.Run(
            Dnx, $"Acme.Greet@{version}", "--yes", "--configfile", tool.User["nuget.config"], "--", "--side-by-side"));
    }

    // Beside the dotnet command, whose folder need not be on the path.
    private static string Dnx => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "../../../dnx"));
}
