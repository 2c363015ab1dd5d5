using System.Buffers;
using System.ComponentModel;

namespace DaemonRpc.Serialization;

/// <summary>The buffer to which the serialisers of a contract's types write. Used by generated code.</summary>
/// <remarks>
/// A structure, so that generic code over it is compiled for it alone: Native AOT cannot look up a record's serialiser
/// from code that several kinds of buffer share.
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct ValueWriter : IBufferWriter<byte>
{
    private readonly IBufferWriter<byte> _output;

    internal ValueWriter(IBufferWriter<byte> output) => _output = output;

    /// <inheritdoc/>
    public void Advance(int count) => _output.Advance(count);

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0) => _output.GetMemory(sizeHint);

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0) => _output.GetSpan(sizeHint);
}
