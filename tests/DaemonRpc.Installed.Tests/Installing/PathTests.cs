namespace DaemonRpc.Installed.Tests.Installing;

/// <summary>A stranger's tool at the places where users put programs.</summary>
public sealed class PathTests(PackedPackage package)
{
    [Fact]
    public void One_daemon_serves_a_program_and_its_links_and_copies()
    {
        using var tool = new GreetTool(package);
        tool.Publish(tool.User["out"], "--no-self-contained");
        string odd = tool.User["Programme für Zoë/v 1"];
        Copy(tool.User["out"], odd);
        _ = Directory.CreateDirectory(tool.User["bin"]);
        _ = File.CreateSymbolicLink(tool.User["bin/greet"], "../out/Greet");
        _ = Directory.CreateSymbolicLink(tool.User["current"], "out");

        // Started from the odd place, so that this path is what the daemon runs.
        Greeted first = tool.Greet(Path.Combine(odd, "Greet"));
        Assert.Equal((1, "Started", Path.Combine(odd, "Greet")), (first.Greetings, first.Origin, first.Program));
        foreach ((string path, int greetings) in new[] { ("out/Greet", 2), ("bin/greet", 3), ("current/Greet", 4) })
        {
            Assert.Equal(first with { Greetings = greetings, Origin = "Reused" }, tool.Greet(tool.User[path]));
        }

        // The place that the daemon was started from is deleted: it leaves, and the next one is started by a link.
        Directory.Delete(odd, recursive: true);
        first.HasLeft();
        Greeted linked = tool.Greet(tool.User["bin/greet"]);
        Assert.Equal((1, "Started"), (linked.Greetings, linked.Origin));
        Assert.Equal(linked with { Greetings = 2, Origin = "Reused" }, tool.Greet("dotnet", tool.User["out/Greet.dll"]));

        // The link leads to another version.
        tool.Write("2.0.0");
        tool.Publish(tool.User["out2"], "--no-self-contained");
        File.Delete(tool.User["bin/greet"]);
        _ = File.CreateSymbolicLink(tool.User["bin/greet"], "../out2/Greet");
        Greeted updated = tool.Greet(tool.User["bin/greet"]);
        Assert.Equal(("2.0.0", 1, "Replaced"), (updated.Daemon, updated.Greetings, updated.Origin));
    }

    [Fact]
    public void Program_on_a_read_only_file_system_has_its_daemon()
    {
        Assert.SkipUnless(DotNet.CanMount(), "A read-only file system takes the superuser of a mount namespace (unshare --mount).");
        using var tool = new GreetTool(package);
        string place = tool.User["out"];
        tool.Publish(place, "--no-self-contained");
        string script = $"""
            mount --bind "{place}" "{place}" && mount -o remount,bind,ro "{place}" || exit 9
            touch "{place}/new" 2>/dev/null && exit 8
            exec "{place}/Greet"
            """;

        Greeted first = tool.Greet("unshare", "--mount", "sh", "-c", script);

        Assert.Equal((1, "Started"), (first.Greetings, first.Origin));
        Assert.Equal(first with { Greetings = 2, Origin = "Reused" }, tool.Greet("unshare", "--mount", "sh", "-c", script));
    }

    private static void Copy(string from, string to)
    {
        _ = Directory.CreateDirectory(to);
        foreach (string file in Directory.GetFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }
    }
}
