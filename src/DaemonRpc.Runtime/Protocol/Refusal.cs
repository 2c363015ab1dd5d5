using System.Buffers;

namespace DaemonRpc.Protocol;

/// <summary>Why a call was not started. The values are on the wire.</summary>
internal enum RefusalReason
{
    /// <summary>Another task runs; the status says which. A client that has time left waits until it has ended and makes the call again.</summary>
    Busy = 1,

    /// <summary>By the version policy the client's build takes over. The daemon leaves; its successor will serve the call.</summary>
    MakingRoom = 2,

    /// <summary>The client's build is older.</summary>
    ClientIsOlder = 3,

    /// <summary>The daemon is leaving.</summary>
    Stopping = 4,

    /// <summary>The handler could not be made; the error says why. The daemon leaves.</summary>
    StartFailed = 5,

    /// <summary>The builds differ, and daemons have replaced each other too often lately. This one stays.</summary>
    ReplacedTooOften = 6,

    /// <summary>The call is made from within the running task, or from within the factory: it would wait for itself.</summary>
    Reentrant = 7,

    /// <summary>The builds differ, and the client's program has changed on disk since it began to run: it replaces nothing.</summary>
    ClientIsOutdated = 8,

    /// <summary>The call waited in the queue as long as it was to; the status says what runs.</summary>
    WaitedTooLong = 9,

    /// <summary>The call would have waited in the queue, or for the handler to be made, but no more are let in.</summary>
    QueueFull = 10,

    /// <summary>The call would have waited for a stream of its own connection, which may never end while its consumer waits for the call.</summary>
    OwnStream = 11,

    /// <summary>The call's turn came when its client could not be told so at once: the next in the queue was taken. It is to be made again.</summary>
    TurnMissed = 12,

    /// <summary>The builds differ, and the program that the client would start is this daemon's, of the same files: a new daemon would be the same.</summary>
    ProgramIsOlder = 13,
}

/// <summary>A call was not started: it may be sent again without running twice.</summary>
internal sealed record Refusal
{
    private const byte FirstOfError = 104;

    public required RefusalReason Reason { get; init; }

    /// <summary>What the daemon was doing.</summary>
    public required DaemonStatus Status { get; init; }

    public BuildIdentity DaemonBuild { get; init; }

    /// <summary>Whether the daemon leaves, now or after its task, because of what this client is.</summary>
    public bool LeavesForClient { get; init; }

    public ErrorMessage? Error { get; init; }

    public void Write(IBufferWriter<byte> output)
    {
        var fields = new FieldWriter(output);
        fields.Write(101, (long)Reason);
        fields.Write(102, DaemonBuild.Timestamp);
        fields.Write(103, DaemonBuild.Fingerprint);
        fields.Write(107, LeavesForClient ? 1 : 0);
        Error?.Write(fields, FirstOfError);

        // Its field numbers are below 100, so that one message holds both.
        StatusMessage.Write(output, Status);
    }

    public static Refusal Read(ReadOnlySpan<byte> message)
    {
        var refusal = new Refusal { Reason = 0, Status = StatusMessage.Read(message) };
        var fields = new FieldReader(message);
        while (fields.Next())
        {
            refusal = fields.Field switch
            {
                101 => refusal with { Reason = (RefusalReason)fields.Integer() },
                102 => refusal with { DaemonBuild = refusal.DaemonBuild with { Timestamp = fields.Integer() } },
                103 => refusal with { DaemonBuild = refusal.DaemonBuild with { Fingerprint = fields.Integer() } },
                104 or 105 or 106 => refusal with { Error = (refusal.Error ?? new ErrorMessage()).With(fields, FirstOfError) },
                107 => refusal with { LeavesForClient = fields.Integer() != 0 },
                _ => refusal,
            };
        }

        return refusal;
    }
}
