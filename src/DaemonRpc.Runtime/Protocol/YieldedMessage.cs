using System.Buffers;

namespace DaemonRpc.Protocol;

/// <summary>Writes and reads a task that has given way, within a status. Frozen, as the status is.</summary>
internal static class YieldedMessage
{
    public static ReadOnlySpan<byte> Write(DaemonTask task)
    {
        var output = new ArrayBufferWriter<byte>();
        var fields = new FieldWriter(output);
        fields.Write(1, task.Id.Incarnation);
        fields.Write(2, task.Id.Number);
        fields.Write(3, task.Method);
        fields.Write(4, task.StartedAt.UtcTicks);
        fields.Write(5, task.ClientProcessId);
        return output.WrittenSpan;
    }

    public static DaemonTask Read(ReadOnlySpan<byte> message)
    {
        DaemonTaskId id = default;
        string method = "";
        long startedAt = 0;
        int client = 0;
        var fields = new FieldReader(message);
        while (fields.Next())
        {
            switch (fields.Field)
            {
                case 1: id = id with { Incarnation = fields.Integer() }; break;
                case 2: id = id with { Number = fields.Integer() }; break;
                case 3: method = fields.Text(); break;
                case 4: startedAt = Math.Clamp(fields.Integer(), 0, DateTime.MaxValue.Ticks); break;
                case 5: client = fields.Int32(); break;
                default: break;
            }
        }

        return new DaemonTask { Id = id, Method = method, StartedAt = new DateTimeOffset(startedAt, TimeSpan.Zero), ClientProcessId = client };
    }
}
