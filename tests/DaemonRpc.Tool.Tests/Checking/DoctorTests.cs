using System.Text.Json;

namespace DaemonRpc.Tool.Tests.Checking;

public sealed class DoctorTests : SandboxTests
{
    private static readonly string[] s_severities = ["ok", "warning", "problem"];

    [Fact]
    public async Task Each_finding_has_its_severity_and_all_but_the_fine_ones_a_mend()
    {
        _ = await Sandbox.ReadyAsync();

        // The sandbox is in a temporary folder, which is a warning.
        JsonElement[] findings = [.. (await Sandbox.DaemonRpcJsonAsync(1, "doctor", "--json")).GetProperty("findings").EnumerateArray()];

        Assert.All(findings, finding =>
        {
            Assert.Equal(["check", "severity", "what", "mend"], finding.FieldNames());
            Assert.Contains(finding.GetProperty("severity").GetString(), s_severities);
            Assert.Equal(finding.GetProperty("severity").GetString() == "ok", finding.GetProperty("mend").ValueKind == JsonValueKind.Null);
        });
        Assert.Equal("warning", Severity(findings, "temporary"));
        foreach (string check in (string[])["versions", "path", "directory", "space", "daemons", "stale", "notifications", "descriptors", "threads", "pids", "memory"])
        {
            Assert.Single(findings, finding => finding.GetProperty("check").GetString() == check);
        }

        Assert.Equal(("ok", "ok"), (Severity(findings, "directory"), Severity(findings, "stale")));
    }

    [Fact]
    public async Task Directory_that_is_open_to_others_is_a_problem_with_a_mend()
    {
        _ = Directory.CreateDirectory(Sandbox.RuntimeDirectory, (UnixFileMode)0b111_101_101);

        Assert.Contains(
            await Sandbox.DaemonRpcAsync(1, "doctor"),
            line => line.StartsWith("problem", StringComparison.Ordinal) && line.Contains($"chmod 700 '{Sandbox.RuntimeDirectory}'", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Stale_sockets_open_files_and_strangers_are_warnings()
    {
        _ = await Sandbox.KilledAsync();
        string log = Assert.Single(Directory.GetFiles(Sandbox.RuntimeDirectory, "*.log"));
        File.SetUnixFileMode(log, (UnixFileMode)0b110_100_100);
        string stranger = Path.Combine(Sandbox.RuntimeDirectory, "notes.txt");
        await File.WriteAllTextAsync(stranger, "");

        IReadOnlyList<string> lines = await Sandbox.DaemonRpcAsync(1, "doctor");

        Assert.Equal("         Run: daemonrpc prune", MendOf(lines, Sandbox.SocketPath));
        Assert.Equal($"         Run: chmod 600 '{log}'", MendOf(lines, "open to other users"));
        Assert.StartsWith("         Move them elsewhere", MendOf(lines, "notes.txt"), StringComparison.Ordinal);
        File.Delete(stranger);
    }

    [Fact]
    public async Task Frozen_daemon_is_a_problem_with_a_mend_that_works()
    {
        using WatchedProcess frozen = await Sandbox.FrozenAsync();

        string mend = MendOf(await Sandbox.DaemonRpcAsync(1, "doctor", "--timeout", "0.2"), $"(process {frozen.Id}) does not answer");

        Assert.Contains($"daemonrpc stop {frozen.Id} --force", mend, StringComparison.Ordinal);
        _ = await Sandbox.DaemonRpcAsync(0, "stop", $"{frozen.Id}", "--force", "--timeout", "0.2");
        Assert.True(frozen.HasEnded);
    }

    [Fact]
    public async Task Daemon_of_another_protocol_is_a_warning()
    {
        await using var foreign = new ForeignDaemon(Sandbox.RuntimeDirectory);

        Assert.Contains("same version of DaemonRpc", MendOf(await Sandbox.DaemonRpcAsync(1, "doctor"), "version 99"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Low_limits_of_the_shell_are_warnings()
    {
        // .NET raises the soft limit to the hard one, for daemons as for the tool.
        ToolProcess shell = await Sandbox.StartInShell("ulimit -n 100; \"$TOOL\" doctor").EndedAsync(1);

        Assert.Equal("         Run before the daemon is started: ulimit -n 4096", MendOf(shell.Lines, "only 100 open files"));
    }

    private static string MendOf(IReadOnlyList<string> lines, string what)
    {
        int index = lines.ToList().FindIndex(line => !line.StartsWith("ok", StringComparison.Ordinal) && line.Contains(what, StringComparison.Ordinal));
        Assert.True(index >= 0, string.Join('\n', lines));
        return lines[index + 1];
    }

    private static string? Severity(JsonElement[] findings, string check) =>
        Assert.Single(findings, finding => finding.GetProperty("check").GetString() == check).GetProperty("severity").GetString();
}
