using System.Buffers;
using DaemonRpc.Journal;
using DaemonRpc.Program;
using DaemonRpc.Protocol;

namespace DaemonRpc.Launch;

/// <summary>What a process that is started as a daemon is told.</summary>
internal sealed record LaunchMessage
{
    public string Id { get; init; } = "";

    public string Instance { get; init; } = "";

    /// <summary>Separates daemons of one id and instance, by build or launch environment; empty for the ordinary one.</summary>
    public string Variant { get; init; } = "";

    public string RuntimeDirectory { get; init; } = "";

    public string LogPath { get; init; } = "";

    /// <summary>The reason for the start, for the log and the journal.</summary>
    public LaunchReason Reason { get; init; } = new(DaemonJournalEvent.Started, "", 0);

    /// <summary>How long the process may wait for a dying predecessor's instance lock.</summary>
    public TimeSpan LockTimeout { get; init; }

    /// <summary>After a daemon was ended by force: the outcomes of the last tasks that ended so.</summary>
    public IReadOnlyList<TaskOutcome> Outcomes { get; init; } = [];

    /// <summary>After a hand-over in place: the files that the previous program was started from, which may have changed since.</summary>
    public ProgramFiles Files { get; init; }

    /// <summary>After a hand-over in place: the processes that the previous program started as daemons and would have reaped.</summary>
    public IReadOnlyList<int> Children { get; init; } = [];

    /// <summary>After a hand-over in place: the file under which the listening socket is published.</summary>
    public (ulong Device, ulong Inode) Socket { get; init; }

    public void Write(IBufferWriter<byte> output)
    {
        var fields = new FieldWriter(output);
        fields.Write(1, Id);
        fields.Write(2, Instance);
        fields.Write(3, RuntimeDirectory);
        fields.Write(4, LogPath);
        fields.Write(5, Reason.Text);
        fields.Write(6, LockTimeout.Ticks);
        fields.Write(7, (long)Reason.Event);
        fields.Write(8, Reason.ByProcessId);
        fields.Write(9, Variant);
        fields.Write(10, Files.Path);
        fields.Write(11, Files.Digest);
        fields.Write(13, (long)Socket.Device);
        fields.Write(14, (long)Socket.Inode);
        var outcome = new ArrayBufferWriter<byte>();
        foreach (TaskOutcome known in Outcomes)
        {
            outcome.ResetWrittenCount();
            known.Write(outcome);
            fields.Write(15, outcome.WrittenSpan);
        }

        foreach (int child in Children)
        {
            fields.Write(12, child);
        }
    }

    public static LaunchMessage Read(ReadOnlySpan<byte> message)
    {
        var children = new List<int>();
        var outcomes = new List<TaskOutcome>();
        var launch = new LaunchMessage { Children = children, Outcomes = outcomes };
        var fields = new FieldReader(message);
        while (fields.Next())
        {
            launch = fields.Field switch
            {
                1 => launch with { Id = fields.Text() },
                2 => launch with { Instance = fields.Text() },
                3 => launch with { RuntimeDirectory = fields.Text() },
                4 => launch with { LogPath = fields.Text() },
                5 => launch with { Reason = launch.Reason with { Text = fields.Text() } },
                6 => launch with { LockTimeout = TimeSpan.FromTicks(fields.Integer()) },
                7 => launch with { Reason = launch.Reason with { Event = (DaemonJournalEvent)fields.Integer() } },
                8 => launch with { Reason = launch.Reason with { ByProcessId = fields.Int32() } },
                9 => launch with { Variant = fields.Text() },
                10 => launch with { Files = launch.Files with { Path = fields.Text() } },
                11 => launch with { Files = launch.Files with { Digest = fields.Integer() } },
                13 => launch with { Socket = ((ulong)fields.Integer(), launch.Socket.Inode) },
                14 => launch with { Socket = (launch.Socket.Device, (ulong)fields.Integer()) },
                12 => Add(launch, children, fields.Int32()),
                15 => Add(launch, outcomes, TaskOutcome.Read(fields.Bytes())),
                _ => launch,
            };
        }

        return launch;
    }

    private static LaunchMessage Add<T>(LaunchMessage launch, List<T> list, T item)
    {
        list.Add(item);
        return launch;
    }
}
