using System.Diagnostics;
using System.IO.Compression;

namespace DaemonRpc.Installed.Tests.Installing;

/// <summary>The tool <c>daemonrpc</c>, packed as it is shipped and installed.</summary>
public sealed class DaemonRpcToolTests : IDisposable
{
    private const string Version = "0.1.0-test";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Packages_have_what_they_need_and_install_as_native_code()
    {
        Assert.SkipUnless(
            Directory.Exists(Path.Combine(PackedPackage.RestoredPackages, "microsoft.dotnet.ilcompiler")),
            "The Native AOT compiler is not among this repository's restored packages.");
        _folder.Write("nuget.config", $"""
            <configuration>
              <packageSources>
                <clear />
                <add key="tools" value="{_folder["feed"]}" />
              </packageSources>
              <config>
                <add key="globalPackagesFolder" value="{_folder["packages"]}" />
              </config>
            </configuration>
            """);
        CommandRun packed = DotNet.Run(
            _folder.Path,
            ["pack", Path.Combine(PackedPackage.Sources, "DaemonRpc.Tool"), "-c", "Release", "--artifacts-path", _folder["build"], "-o", _folder["feed"], $"-p:Version={Version}"]);
        Assert.DoesNotContain("warning", packed.Succeeded().Output, StringComparison.OrdinalIgnoreCase);

        Assert.Equal(["DotnetToolSettings.xml", "README.md", "icon.png"], FilesOf("DaemonRpc.Tool"));
        Assert.Equal(["DotnetToolSettings.xml", "README.md", "daemonrpc", "icon.png"], FilesOf($"DaemonRpc.Tool.{PackedPackage.Platform}"));
        string[] managed = FilesOf("DaemonRpc.Tool.any");
        Assert.Contains("daemonrpc.dll", managed);
        Assert.All(managed, static file => Assert.True(Path.GetExtension(file) is ".dll" or ".json" or ".xml" or ".md" or ".png" && !file.EndsWith(".resources.dll", StringComparison.Ordinal), file));

        DotNet.Run(_folder.Path, ["tool", "install", "DaemonRpc.Tool", "--version", Version, "--tool-path", _folder["tools"]], ("DOTNET_CLI_HOME", _folder["home"])).Succeeded();
        var start = new ProcessStartInfo(_folder["tools/daemonrpc"], ["doctor", "--json"]) { RedirectStandardOutput = true, Environment = { ["DAEMONRPC_DIR"] = _folder["run"] } };
        using Process tool = Process.Start(start)!;
        string said = tool.StandardOutput.ReadToEnd();
        tool.WaitForExit();
        Assert.True(tool.ExitCode is 0 or 1, said);
        Assert.Contains($"daemonrpc {Version}", said, StringComparison.Ordinal);
    }

    private string[] FilesOf(string package)
    {
        using ZipArchive archive = ZipFile.OpenRead(_folder[$"feed/{package}.{Version}.nupkg"]);
        return [.. archive.Entries.Select(entry => entry.FullName).Where(name => name.StartsWith("tools/", StringComparison.Ordinal) || !name.Contains('/', StringComparison.Ordinal))
            .Select(name => Path.GetFileName(name)).Where(name => name != "[Content_Types].xml" && !name.EndsWith(".nuspec", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
    }
}
