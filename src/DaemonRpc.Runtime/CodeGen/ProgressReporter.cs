using System.Buffers;
using System.Buffers.Binary;
using DaemonRpc.Serialization;
using DaemonRpc.Tasks;

namespace DaemonRpc.CodeGen;

/// <summary>Sends a handler's progress reports to the caller, who passed the <see cref="IProgress{T}"/> that gets them.</summary>
/// <param name="reply">The task's reply.</param>
/// <param name="argument">The position of the caller's <see cref="IProgress{T}"/> among the call's arguments.</param>
internal sealed class ProgressReporter<T>(TaskReply reply, ushort argument) : IProgress<T>
{
    // A larger buffer is not kept for the next report.
    private const int KeptSize = 16 * 1024;

    private readonly ItemBatch _batch = reply.BeginReports();
    private readonly Func<CancellationToken> _token = reply.TokenSource;

    // Written outside the batch's lock, because serialising runs user code, and other threads may report.
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? s_output;

    public void Report(T value)
    {
        // Taken while in use: serialising the value may report.
        ArrayBufferWriter<byte> output = s_output ?? new ArrayBufferWriter<byte>();
        s_output = null;
        BinaryPrimitives.WriteUInt16LittleEndian(output.GetSpan(sizeof(ushort)), argument);
        output.Advance(sizeof(ushort));
        Value.Write(output, value, "progress report");
        _batch.AddReport(output.WrittenSpan, _token);
        if (output.Capacity <= KeptSize)
        {
            output.ResetWrittenCount();
            s_output = output;
        }
    }
}
