using System.Buffers;
using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MemoryPack;

namespace DaemonRpc.Serialization;

/// <summary>The serialiser of one <c>[MemoryPackable]</c> type. Generated code derives one class per type.</summary>
/// <remarks>
/// MemoryPack's own <c>MemoryPackableFormatter&lt;T&gt;</c> is shared code for all classes, which looks up a type's
/// static serialiser at run time. If Native AOT's type loader must build that entry itself, the look-up yields a null
/// pointer (dotnet/runtime#118705). The derived classes are not generic, so the compiler has built the entry.
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class PackableFormatter<T> : MemoryPackFormatter<T>
{
    /// <inheritdoc/>
    public sealed override void Serialize<TBufferWriter>(ref MemoryPackWriter<TBufferWriter> writer, scoped ref T? value)
    {
        if (typeof(TBufferWriter) == typeof(ValueWriter))
        {
            Write(ref Unsafe.As<MemoryPackWriter<TBufferWriter>, MemoryPackWriter<ValueWriter>>(ref writer), ref value);
        }
        else
        {
            Copy(ref writer, ref value);
        }
    }

    /// <summary>Writes the value.</summary>
    protected abstract void Write(ref MemoryPackWriter<ValueWriter> writer, scoped ref T? value);

    /// <summary>Calls the serialiser that MemoryPack generated. Unlike the writer's own method, does not count another level of depth.</summary>
    protected static void WritePackable<TPackable>(ref MemoryPackWriter<ValueWriter> writer, scoped ref TPackable? value)
        where TPackable : IMemoryPackable<TPackable> =>
        TPackable.Serialize(ref writer, ref value);

    // Used when the handler calls MemoryPack itself, with another kind of buffer.
    private void Copy<TBufferWriter>(ref MemoryPackWriter<TBufferWriter> writer, scoped ref T? value)
        where TBufferWriter : IBufferWriter<byte>
    {
        var bytes = new ArrayBufferWriter<byte>();
        var output = new ValueWriter(bytes);
        var copy = new MemoryPackWriter<ValueWriter>(ref output, writer.OptionalState);
        Write(ref copy, ref value);
        copy.Flush();
        bytes.WrittenSpan.CopyTo(MemoryMarshal.CreateSpan(ref writer.GetSpanReference(bytes.WrittenCount), bytes.WrittenCount));
        writer.Advance(bytes.WrittenCount);
    }
}
