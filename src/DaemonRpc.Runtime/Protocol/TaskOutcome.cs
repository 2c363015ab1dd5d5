using System.Buffers;

namespace DaemonRpc.Protocol;

/// <summary>The outcome of a task that was ended by force, as the successor daemon knows it.</summary>
internal sealed record TaskOutcome
{
    public DaemonTaskId Task { get; init; }

    /// <summary>The name of the contract's method.</summary>
    public string Method { get; init; } = "";

    /// <summary>The key of the connection that requested the task, from its client's hello.</summary>
    public long ConnectionKey { get; init; }

    /// <summary>The call's id on that connection.</summary>
    public uint CallId { get; init; }

    public CancelOutcome Outcome { get; init; }

    /// <summary>The id of the process that first asked for cancellation.</summary>
    public int CanceledBy { get; init; }

    public void Write(IBufferWriter<byte> output)
    {
        var fields = new FieldWriter(output);
        fields.Write(1, Task.Incarnation);
        fields.Write(2, Task.Number);
        fields.Write(3, ConnectionKey);
        fields.Write(4, CallId);
        fields.Write(5, (long)Outcome);
        fields.Write(6, CanceledBy);
        fields.Write(7, Method);
    }

    public static TaskOutcome Read(ReadOnlySpan<byte> message)
    {
        var outcome = new TaskOutcome();
        var fields = new FieldReader(message);
        while (fields.Next())
        {
            outcome = fields.Field switch
            {
                1 => outcome with { Task = outcome.Task with { Incarnation = fields.Integer() } },
                2 => outcome with { Task = outcome.Task with { Number = fields.Integer() } },
                3 => outcome with { ConnectionKey = fields.Integer() },
                4 => outcome with { CallId = (uint)fields.Integer() },
                5 => outcome with { Outcome = (CancelOutcome)fields.Integer() },
                6 => outcome with { CanceledBy = fields.Int32() },
                7 => outcome with { Method = fields.Text() },
                _ => outcome,
            };
        }

        return outcome;
    }
}
