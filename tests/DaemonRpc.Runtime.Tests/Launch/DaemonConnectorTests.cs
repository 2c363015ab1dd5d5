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

    /// <remarks>
    /// The kernel closes a killed process's descriptors one after another. Whoever came while its socket still took connections did not count its crash, and a
    /// program that crashes at every start was started a fourth time. A full run of the tests met it once.
    /// </remarks>
    [Fact]
    public async Task Crash_of_a_daemon_counts_although_its_socket_outlived_it_for_a_moment()
    {
        var address = new DaemonAddress("some.id", "", _folder.Path);
        var build = new BuildIdentity(DateTime.UtcNow.Ticks, 1);
        var journal = new JournalFile(address.JournalPath);
        foreach (int crashed in (int[])[101, 102])
        {
            journal.Append(Entry(DaemonJournalEvent.StartFailed, crashed));
        }

        journal.AppendStart(Entry(DaemonJournalEvent.Started, 103));
        Assert.True(InstanceLock.TryAcquire(address.InstanceLockPath, address.SocketPath, TimeSpan.Zero, out InstanceLock? dying, out _));
        UnixSocketListener listener = UnixSocketListener.Publish(address.SocketPath);
        var dialer = new Dialer(answersAfter: 5, dial =>
        {
            // Before the spawn lock, under it, and once it was seen that somebody still takes connections.
            if (dial == 3)
            {
                listener.Dispose();
                dying.Dispose();
            }
        });
        var connector = new DaemonConnector(address, dialer, Loser(holder: int.MaxValue));

        DaemonStartException exception = await Assert.ThrowsAsync<DaemonStartException>(() => Patience.InThread(() => connector.Connect(
            new Hello { Build = build, IsProgramBuild = true }, new LaunchReason(DaemonJournalEvent.Started, "None was running.", Environment.ProcessId), new Deadline(Patience.Limit))));

        Assert.Contains("process 103: It ended without a word before its handler was made.", exception.Message, StringComparison.Ordinal);
        Assert.Equal(3, dialer.Dials);

        DaemonJournalEntry Entry(DaemonJournalEvent what, int processId) => new()
        {
            At = DateTimeOffset.UtcNow,
            Event = what,
            ProcessId = processId,
            BuildTimestamp = build.Time,
            ByProcessId = Environment.ProcessId,
            Reason = "It crashed.",
        };
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

    private sealed class Dialer(int answersAfter, Action<int>? onDial = null) : IDaemonDialer
    {
        public int Dials { get; private set; }

        public ClientSession? TryOpen(Hello hello, Deadline deadline)
        {
            Dials++;
            onDial?.Invoke(Dials);
            return Dials == answersAfter ? throw new AnsweredException() : null;
        }
    }

    private sealed class AnsweredException : Exception;
}
