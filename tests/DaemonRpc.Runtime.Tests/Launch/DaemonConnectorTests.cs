using DaemonRpc.Framing;
using DaemonRpc.Journal;
using DaemonRpc.Launch;
using DaemonRpc.Program;
using DaemonRpc.Protocol;
using DaemonRpc.Session;
using DaemonRpc.Transport;

namespace DaemonRpc.Runtime.Tests.Launch;

public sealed class DaemonConnectorTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <remarks>It was told that the dead one lives and does not listen. The moment is too short for other tests to meet; the stress run met it in ten minutes.</remarks>
    [Fact]
    public async Task Client_whose_daemon_lost_the_race_against_one_that_has_died_since_begins_again()
    {
        var address = new DaemonAddress("some.id", "", _folder.Path);
        var dialer = new Dialer(answersAfter: 4);
        var connector = new DaemonConnector(address, dialer, Loser(holder: int.MaxValue));

        _ = await Assert.ThrowsAsync<AnsweredException>(() => Patience.InThread(() => connector.Connect(
            new Hello(), new LaunchReason(DaemonJournalEvent.Started, "None was running.", Environment.ProcessId), new Deadline(Patience.Limit))));

        // Before the spawn lock, under it, when the loser had said who won, and once more.
        Assert.Equal(4, dialer.Dials);
    }

    /// <summary>A program that says what a daemon says that finds another one's lock.</summary>
    private static LaunchProgram Loser(int holder)
    {
        FrameBuffer frame = FrameBuffer.Rent();
        new Readiness(ReadinessKind.LostRace) { HolderProcessId = holder }.Write(frame);
        string bytes = string.Concat(frame.Finish(FrameKind.Readiness, 0).Frame.ToArray().Select(static value => $"\\{Convert.ToString(value, 8).PadLeft(3, '0')}"));
        frame.Return();
        return new LaunchProgram("/bin/sh", ["-c", $"printf '{bytes}' >&3"]);
    }

    private sealed class Dialer(int answersAfter) : IDaemonDialer
    {
        public int Dials { get; private set; }

        public ClientSession? TryOpen(Hello hello, Deadline deadline) => ++Dials == answersAfter ? throw new AnsweredException() : null;
    }

    private sealed class AnsweredException : Exception;
}
