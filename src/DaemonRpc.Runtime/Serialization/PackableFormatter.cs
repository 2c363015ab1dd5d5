using System.Buffers;
using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MemoryPack;

namespace DaemonRpc.Serialization;

/// <summary>The serialiser of one <c>[MemoryPackable]</c> type, in code that knows the type. Derived by generated code, one class per type.</summary>
/// <remarks>
/// MemoryPack's own, <c>MemoryPackableFormatter&lt;T&gt;</c>, is one piece of code for all classes, which looks up the static
/// serialiser of a type while it runs. Native AOT's type loader makes that look-up yield a null pointer whenever it has to build
/// the entry itself (dotnet/runtime#118705). Derived classes are not generic, so that the compiler has made the entry.
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

    /// <summary>Calls the serialiser that MemoryPack generated. Unlike the writer's own method it counts no further level of depth.</summary>
    protected static void WritePackable<TPackable>(ref MemoryPackWriter<ValueWriter> writer, scoped ref TPackable? value)
        where TPackable : IMemoryPackable<TPackable> =>
        TPackable.Serialize(ref writer, ref value);

    // The handler's own use of MemoryPack, into a buffer of another kind.
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
