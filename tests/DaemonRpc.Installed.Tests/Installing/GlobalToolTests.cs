namespace DaemonRpc.Installed.Tests.Installing;

/// <summary>A stranger's tool as a global tool: installed, updated, taken back and uninstalled while its daemon runs.</summary>
public sealed class GlobalToolTests(PackedPackage package)
{
    [Fact]
    public void Managed_tool_is_updated_taken_back_and_uninstalled_while_its_daemon_runs()
    {
        using var tool = new GreetTool(package);
        tool.Pack("1.0.0");
        tool.Pack("2.0.0");
        Tool(tool, "install", "1.0.0");

        Greeted first = tool.Greet(tool.Global);
        Assert.Equal(("1.0.0", "1.0.0", 1, "Started"), (first.Client, first.Daemon, first.Greetings, first.Origin));
        Assert.Equal(first with { Greetings = 2, Origin = "Reused" }, tool.Greet(tool.Global));

        Tool(tool, "update", "2.0.0");
        Greeted updated = tool.Greet(tool.Global);
        Assert.Equal(("2.0.0", "2.0.0", 1), (updated.Client, updated.Daemon, updated.Greetings));
        first.HasLeft();
        Assert.Equal(updated with { Greetings = 2, Origin = "Reused" }, tool.Greet(tool.Global));

        Tool(tool, "update", "1.0.0", "--allow-downgrade");
        Greeted back = tool.Greet(tool.Global);
        Assert.Equal(("1.0.0", "1.0.0", 1), (back.Client, back.Daemon, back.Greetings));
        updated.HasLeft();

        tool.DotNetOfUser(tool.User.Path, "tool", "uninstall", "--global", "Acme.Greet").Succeeded();
        back.HasLeft();
    }

    [Fact]
    public void Native_package_replaces_the_managed_one_that_stands_in_where_there_is_none()
    {
        Assert.SkipUnless(
            Directory.Exists(Path.Combine(PackedPackage.RestoredPackages, "microsoft.dotnet.ilcompiler")),
            "The Native AOT compiler is not among this repository's restored packages.");
        string foreign = PackedPackage.Platform == "linux-arm64" ? "linux-x64" : "linux-arm64";
        using var tool = new GreetTool(package, $"""
            <ToolPackageRuntimeIdentifiers Condition="'$(Version)' == '1.0.0'">{foreign};any</ToolPackageRuntimeIdentifiers>
            <ToolPackageRuntimeIdentifiers Condition="'$(Version)' != '1.0.0'">{PackedPackage.Platform};any</ToolPackageRuntimeIdentifiers>
            <RuntimeIdentifiers>{PackedPackage.Platform};any</RuntimeIdentifiers>
            <PublishAot Condition="'$(RuntimeIdentifier)' != 'any'">true</PublishAot>
            """);
        tool.Pack("1.0.0");
        tool.Pack("1.0.0", "-r", "any");
        tool.Pack("2.0.0");
        tool.Pack("2.0.0", "-r", PackedPackage.Platform);

        Tool(tool, "install", "1.0.0");
        Greeted managed = tool.Greet(tool.Global);
        Assert.Equal(("1.0.0", 1), (managed.Daemon, managed.Greetings));
        Assert.Equal(managed with { Greetings = 2, Origin = "Reused" }, tool.Greet(tool.Global));

        Tool(tool, "update", "2.0.0");
        Greeted native = tool.Greet(tool.Global);
        Assert.Equal(("2.0.0", 1), (native.Daemon, native.Greetings));
        Assert.Contains($"/tools/any/{PackedPackage.Platform}/", native.Program, StringComparison.Ordinal);
        managed.HasLeft();
        Assert.Equal(native with { Greetings = 2, Origin = "Reused" }, tool.Greet(tool.Global));

        // Its folder is deleted, and the older version has one of its own.
        Tool(tool, "update", "1.0.0", "--allow-downgrade");
        Greeted back = tool.Greet(tool.Global);
        Assert.Equal(("1.0.0", 1), (back.Daemon, back.Greetings));
        native.HasLeft();

        Tool(tool, "update", "2.0.0");
        native = tool.Greet(tool.Global);
        Assert.Equal("2.0.0", native.Daemon);
        tool.DotNetOfUser(tool.User.Path, "tool", "uninstall", "--global", "Acme.Greet").Succeeded();
        native.HasLeft();
    }

    private static void Tool(GreetTool tool, string verb, string version, params string[] arguments) =>
        tool.DotNetOfUser(tool.User.Path, ["tool", verb, "--global", "Acme.Greet", "--version", version, .. arguments]).Succeeded();
}
