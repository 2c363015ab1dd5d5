using System.Diagnostics;

namespace DaemonRpc.Process.Tests.Guarding;

/// <summary>Who looks from a child pid namespace, as a sandbox or a container has it, at a daemon outside: it lives, though its number is not to be seen.</summary>
/// <remarks>Every test had daemon and client in one namespace, where the kernel names every holder of a lock: 0 was no holder.</remarks>
public sealed class PidNamespaceTests : SandboxTests
{
    private static readonly string[] s_inside = ["--pid", "--fork", "--mount-proc", TestProgram.Path];

    private static readonly Lazy<bool> s_canLookFromInside = new(() =>
    {
        try
        {
            using System.Diagnostics.Process process = System.Diagnostics.Process.Start(new ProcessStartInfo("unshare", [.. s_inside[..^1], "true"]) { RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    });

    public PidNamespaceTests() => Assert.SkipUnless(s_canLookFromInside.Value, "No pid namespace can be made here: there is no unshare, or it is not allowed.");

    [Fact]
    public async Task Daemon_outside_is_listed_and_used()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();

        Assert.Equal($"{DaemonSandbox.Id} {client.Daemon.ProcessId}", await Inside("list").AnswerAsync());
        Assert.Equal("3", await Inside("add", "1", "2").AnswerAsync());
        Assert.Equal(1, await Sandbox.StartsAsync());
    }

    [Theory]
    [InlineData("halt")]
    [InlineData("halt", "--force")]
    public async Task Daemon_outside_that_answers_is_stopped(params string[] command)
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        using WatchedProcess daemon = WatchedProcess.Of(client.Daemon.ProcessId);

        Assert.Equal("halted", await Inside(command).AnswerAsync());

        await daemon.EndedAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Daemon_outside_that_does_not_answer_is_not_said_to_have_gone(bool hasSocket)
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        using WatchedProcess daemon = WatchedProcess.Of(client.Daemon.ProcessId);
        await daemon.FreezeAsync();
        if (!hasSocket)
        {
            File.Delete(Sandbox.SocketPath);
        }

        string answer = await Inside("halt", "--force").LastWordAsync();

        Assert.StartsWith("DaemonUnresponsiveException: ", answer, StringComparison.Ordinal);
        Assert.Contains("its instance lock is held by a process that cannot be seen from here", answer, StringComparison.Ordinal);
        Assert.Contains("Nothing was ended", answer, StringComparison.Ordinal);
        Assert.False(daemon.HasEnded);
        await daemon.KillAsync();
    }

    private ToolProcess Inside(params string[] command) => Sandbox.Start("unshare", [.. s_inside, .. command]);
}
