using System.Buffers;

namespace DaemonRpc.Protocol;

/// <summary>Why a call was not started. The values are part of the protocol.</summary>
internal enum RefusalReason
{
    /// <summary>Another task runs, named in the status. A client with waiting time left waits for its end and repeats the call.</summary>
    Busy = 1,

    /// <summary>The version policy prefers the client's build. The daemon leaves, and its successor will serve the call.</summary>
    MakingRoom = 2,

    /// <summary>The client's build is older.</summary>
    ClientIsOlder = 3,

    /// <summary>The daemon is leaving.</summary>
    Stopping = 4,

    /// <summary>The handler could not be created, as the error says. The daemon leaves.</summary>
    StartFailed = 5,

    /// <summary>The builds differ, but daemons have replaced each other too often lately. This daemon stays.</summary>
    ReplacedTooOften = 6,

    /// <summary>The call was made from within the running task or the factory, and would wait for itself.</summary>
    Reentrant = 7,

    /// <summary>The builds differ, and the client's program files have changed since it started, so it replaces nothing.</summary>
    ClientIsOutdated = 8,

    /// <summary>The call waited in the queue for its full time. The status names the running task.</summary>
    WaitedTooLong = 9,

    /// <summary>The call should have waited, in the queue or for the handler, but there is no more room.</summary>
    QueueFull = 10,

    /// <summary>The call would have waited for a stream of its own connection, which may never end while its consumer waits for the call.</summary>
    OwnStream = 11,

    /// <summary>The call's turn came when its client could not be told so at once, so the next call was taken. The client repeats the call.</summary>
    TurnMissed = 12,

    /// <summary>The builds differ, but the client would start this daemon's own program from the same files: a new daemon would be the same.</summary>
    ProgramIsOlder = 13,
}

/// <summary>The answer to a call that was not started. The client may send the call again without running it twice.</summary>
internal sealed record Refusal
{
    private const byte FirstOfError = 104;

    public required RefusalReason Reason { get; init; }

    /// <summary>The daemon's status when it refused.</summary>
    public required DaemonStatus Status { get; init; }

    public BuildIdentity DaemonBuild { get; init; }

    /// <summary>Whether the daemon leaves, now or after its task, because of this client's build.</summary>
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

        // The status's field numbers are below 100, so one message can hold both.
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
