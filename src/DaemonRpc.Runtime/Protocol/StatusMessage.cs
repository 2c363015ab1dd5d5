using System.Buffers;

namespace DaemonRpc.Protocol;

/// <summary>Writes and reads a status. Frozen: every client can read the status of every daemon.</summary>
internal static class StatusMessage
{
    /// <summary>Writes a status.</summary>
    /// <param name="output">The destination.</param>
    /// <param name="status">The status.</param>
    /// <param name="reader">The receiving process, whose queue position is included; 0 when there is none.</param>
    public static void Write(IBufferWriter<byte> output, DaemonStatus status, int reader = 0)
    {
        var fields = new FieldWriter(output);
        fields.Write(1, (long)status.State);
        fields.Write(2, status.Message);
        fields.Write(3, status.Progress);
        fields.Write(4, status.Sequence);
        fields.Write(5, status.TasksFinished);
        fields.Write(13, status.Place);
        if (status.Task is { } task)
        {
            fields.Write(6, task.Id.Incarnation);
            fields.Write(7, task.Id.Number);
            fields.Write(8, task.Method);
            fields.Write(9, task.StartedAt.UtcTicks);
            fields.Write(10, task.ClientProcessId);
            fields.Write(20, task.AwaitedAnswer);
        }

        if (status.Queue is { Count: > 0 } queue)
        {
            fields.Write(11, queue.Count);
            if (PositionOf(reader, queue) is { } position)
            {
                fields.Write(12, position);
            }
        }

        if (status.LastCanceled is { } canceled)
        {
            fields.Write(14, canceled.Id.Incarnation);
            fields.Write(15, canceled.Id.Number);
            fields.Write(16, canceled.Method);
            fields.Write(17, (long)canceled.Outcome);
            fields.Write(18, canceled.CanceledBy);
        }

        foreach (DaemonTask yielded in status.Queue?.Yielded ?? [])
        {
            fields.Write(19, YieldedMessage.Write(yielded));
        }
    }

    public static DaemonStatus Read(ReadOnlySpan<byte> message)
    {
        DaemonState state = default;
        string? text = null;
        string? method = null, canceledMethod = null, awaited = null;
        DaemonTaskId canceled = default;
        CancelOutcome outcome = default;
        double? progress = null;
        long sequence = 0, finished = 0, place = 0, incarnation = 0, number = 0, startedAt = 0;
        int client = 0, waiting = 0, canceledBy = 0;
        int? position = null;
        List<DaemonTask>? yielded = null;
        var fields = new FieldReader(message);
        while (fields.Next())
        {
            switch (fields.Field)
            {
                case 1: state = (DaemonState)fields.Integer(); break;
                case 2: text = fields.Text(); break;
                case 3: progress = fields.Double(); break;
                case 4: sequence = fields.Integer(); break;
                case 5: finished = fields.Integer(); break;
                case 6: incarnation = fields.Integer(); break;
                case 7: number = fields.Integer(); break;
                case 8: method = fields.Text(); break;
                case 9: startedAt = Math.Clamp(fields.Integer(), 0, DateTime.MaxValue.Ticks); break;
                case 10: client = fields.Int32(); break;
                case 11: waiting = fields.Int32(); break;
                case 12: position = fields.Int32(); break;
                case 13: place = fields.Integer(); break;
                case 14: canceled = canceled with { Incarnation = fields.Integer() }; break;
                case 15: canceled = canceled with { Number = fields.Integer() }; break;
                case 16: canceledMethod = fields.Text(); break;
                case 17: outcome = (CancelOutcome)fields.Integer(); break;
                case 18: canceledBy = fields.Int32(); break;
                case 19: (yielded ??= []).Add(YieldedMessage.Read(fields.Bytes())); break;
                case 20: awaited = fields.Text(); break;
                default: break;
            }
        }

        return new DaemonStatus
        {
            State = state,
            Message = text,
            Progress = progress,
            Sequence = sequence,
            TasksFinished = finished,
            Place = place,
            Queue = waiting == 0 && yielded is null ? null : new StatusQueue(waiting, position, [], [.. yielded ?? []]),
            Task = method is null ? null : new DaemonTask
            {
                Id = new DaemonTaskId(incarnation, number),
                Method = method,
                StartedAt = new DateTimeOffset(startedAt, TimeSpan.Zero),
                ClientProcessId = client,
                AwaitedAnswer = awaited,
            },
            LastCanceled = canceledMethod is null ? null : new DaemonCanceledTask { Id = canceled, Method = canceledMethod, Outcome = outcome, CanceledBy = canceledBy },
        };
    }

    private static int? PositionOf(int reader, StatusQueue queue)
    {
        // The kernel reports 0 for every process outside our pid namespace, so 0 identifies none.
        int index = reader > 0 ? Array.IndexOf(queue.Processes, reader) : -1;
        return index < 0 ? queue.Position : index + 1;
    }
}
