using System.Buffers;

namespace DaemonRpc.Protocol;

/// <summary>Why a daemon ends a connection. The values are part of the protocol.</summary>
internal enum GoodbyeReason
{
    /// <summary>The client broke the protocol.</summary>
    Protocol = 1,

    /// <summary>The client wanted another daemon, or has another contract under the same id.</summary>
    Foreign = 2,

    /// <summary>The daemon reached its idle timeout.</summary>
    Idle = 3,

    /// <summary>Somebody asked the daemon to stop.</summary>
    Stopping = 4,

    /// <summary>A daemon of another build takes over.</summary>
    Replaced = 5,

    /// <summary>A task did not end when cancelled, so everything in the process ends now. It has ended when the connection ends.</summary>
    Forced = 6,

    /// <summary>The handler could not be created.</summary>
    StartFailed = 7,
}

/// <summary>The last message of a connection that the daemon ends.</summary>
internal sealed record Goodbye
{
    public required GoodbyeReason Reason { get; init; }

    /// <summary>What happened and what to do, for people.</summary>
    public string Message { get; init; } = "";

    /// <summary>The task that was ended by force (<see cref="GoodbyeReason.Forced"/>).</summary>
    public DaemonTaskId Task { get; init; }

    /// <summary>The key of the connection whose call was ended by force, from its client's hello; 0 when not given.</summary>
    public long ConnectionKey { get; init; }

    /// <summary>The id of the call that was ended by force.</summary>
    public uint CallId { get; init; }

    /// <summary>The id of the process that caused the end; 0 when none did.</summary>
    public int CausedBy { get; init; }

    /// <summary>Whether the process continues as the next daemon (<see cref="GoodbyeReason.Forced"/>), so that only the connections end.</summary>
    public bool HandsOver { get; init; }

    /// <summary>The last admitted call of this connection. Later calls certainly did not run.</summary>
    public uint LastAdmitted { get; init; }

    /// <summary>Returns whether this is the forced end of the given call. Another call may have ended just before, with its answer unsent.</summary>
    public bool Forces(long connectionKey, uint callId) =>
        Reason == GoodbyeReason.Forced && (ConnectionKey == 0 || (ConnectionKey == connectionKey && CallId == callId));

    public void Write(IBufferWriter<byte> output)
    {
        var fields = new FieldWriter(output);
        fields.Write(1, (long)Reason);
        fields.Write(2, Message);
        fields.Write(3, Task.Incarnation);
        fields.Write(4, Task.Number);
        fields.Write(5, CausedBy);
        fields.Write(6, LastAdmitted);
        fields.Write(7, HandsOver ? 1 : 0);
        fields.Write(8, ConnectionKey);
        fields.Write(9, CallId);
    }

    public static Goodbye Read(ReadOnlySpan<byte> message)
    {
        var goodbye = new Goodbye { Reason = 0 };
        var fields = new FieldReader(message);
        while (fields.Next())
        {
            goodbye = fields.Field switch
            {
                1 => goodbye with { Reason = (GoodbyeReason)fields.Integer() },
                2 => goodbye with { Message = fields.Text() },
                3 => goodbye with { Task = goodbye.Task with { Incarnation = fields.Integer() } },
                4 => goodbye with { Task = goodbye.Task with { Number = fields.Integer() } },
                5 => goodbye with { CausedBy = fields.Int32() },
                6 => goodbye with { LastAdmitted = (uint)fields.Integer() },
                7 => goodbye with { HandsOver = fields.Integer() != 0 },
                8 => goodbye with { ConnectionKey = fields.Integer() },
                9 => goodbye with { CallId = (uint)fields.Integer() },
                _ => goodbye,
            };
        }

        return goodbye;
    }
}
