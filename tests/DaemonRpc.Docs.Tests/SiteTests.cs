using System.Diagnostics;

namespace DaemonRpc.Docs.Tests;

/// <summary>The site is built as CONTRIBUTING.md says, and without a warning.</summary>
public sealed class SiteTests
{
    [Fact]
    public async Task Site_is_built_without_a_warning()
    {
        (int exitCode, string output) = await RunAsync("tool", "restore");
        Assert.SkipUnless(exitCode == 0, $"docfx, which makes the site, could not be restored:\n{output}");

        string site = Directory.CreateTempSubdirectory("daemonrpc-site").FullName;
        try
        {
            (exitCode, output) = await RunAsync("docfx", "docs/docfx.json", "--warningsAsErrors", "--output", site);

            Assert.True(exitCode == 0 && output.Contains("0 warning(s)", StringComparison.Ordinal), output);
            Assert.True(File.Exists(Path.Combine(site, "index.html")), $"There is no index.html in {site}.");
            Assert.True(File.Exists(Path.Combine(site, "api", "DaemonRpc.DaemonHandle.html")), "The API has no page of DaemonHandle.");
            Assert.False(File.Exists(Path.Combine(site, "api", "DaemonRpc.CodeGen.html")), "What generated code calls is in the API.");
        }
        finally
        {
            Directory.Delete(site, recursive: true);
        }
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = Repository.Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["MSBUILDDISABLENODEREUSE"] = "1", ["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0" },
        };
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync() + await error;
        await process.WaitForExitAsync();
        return (process.ExitCode, output);
    }
}
