using System.Buffers;

namespace DaemonRpc.Protocol;

/// <summary>Asks to cancel the running task. Frozen.</summary>
/// <param name="Task">The task to cancel, or null for whichever runs.</param>
internal sealed record CancelTask(DaemonTaskId? Task)
{
    public void Write(IBufferWriter<byte> output)
    {
        if (Task is { } task)
        {
            var fields = new FieldWriter(output);
            fields.Write(1, task.Incarnation);
            fields.Write(2, task.Number);
        }
    }

    public static CancelTask Read(ReadOnlySpan<byte> message)
    {
        long? incarnation = null;
        long number = 0;
        var fields = new FieldReader(message);
        while (fields.Next())
        {
            switch (fields.Field)
            {
                case 1: incarnation = fields.Integer(); break;
                case 2: number = fields.Integer(); break;
                default: break;
            }
        }

        return new CancelTask(incarnation is { } known ? new DaemonTaskId(known, number) : null);
    }
}

/// <summary>What became of a task, and which process cancelled it: the answer to a cancelled call and to <see cref="CancelTask"/>.</summary>
internal sealed record CancelReply(CancelOutcome Outcome, int CanceledBy)
{
    public void Write(IBufferWriter<byte> output)
    {
        var fields = new FieldWriter(output);
        fields.Write(1, (long)Outcome);
        fields.Write(2, CanceledBy);
    }

    public static CancelReply Read(ReadOnlySpan<byte> message)
    {
        var reply = new CancelReply(CancelOutcome.NothingRunning, 0);
        var fields = new FieldReader(message);
        while (fields.Next())
        {
            reply = fields.Field switch
            {
                1 => reply with { Outcome = (CancelOutcome)fields.Integer() },
                2 => reply with { CanceledBy = fields.Int32() },
                _ => reply,
            };
        }

        return reply;
    }
}
