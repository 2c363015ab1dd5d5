using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Serialization;
using DaemonRpc.Framing;
using MemoryPack;

namespace DaemonRpc.Serialization;

/// <summary>Serialises values to bytes and back.</summary>
/// <remarks>
/// MemoryPack requires every member of a type to be kept from trimming, because it may look for the formatter by reflection. Passing
/// this requirement on to generated code would keep, and warn of, all of <see cref="Array"/> for a contract with a byte array. So
/// the requirement ends here, and generated code registers the formatters of a contract's types itself (<see cref="Formatters"/>).
/// </remarks>
internal static class Value
{
    private const string RootedByGeneratedCode = "Generated code registers the formatter of every type of a contract that would be looked for by reflection.";

    /// <summary>Appends a value.</summary>
    /// <exception cref="DaemonProtocolException">The type has no serialiser, or the value is too large or nested too deeply.</exception>
    [UnconditionalSuppressMessage("Trimming", "IL2091", Justification = RootedByGeneratedCode)]
    public static void Write<T>(IBufferWriter<byte> output, in T value, string what, int number = 0, string? method = null)
    {
        try
        {
            if (typeof(T) == typeof(string))
            {
                WriteText(output, Unsafe.As<T, string?>(ref Unsafe.AsRef(in value)));
                return;
            }

            if (IsPlain<T>())
            {
                Unsafe.WriteUnaligned(ref MemoryMarshal.GetReference(output.GetSpan(Unsafe.SizeOf<T>())), value);
                output.Advance(Unsafe.SizeOf<T>());
                return;
            }

            if (typeof(T) == typeof(byte[]) && Attachment.TryWrite(output, Unsafe.As<T, byte[]?>(ref Unsafe.AsRef(in value))))
            {
                return;
            }

            if (Formatters.IsOfPrimitives<T>())
            {
                WritePrimitives(output, Unsafe.As<T, Array?>(ref Unsafe.AsRef(in value)));
                return;
            }

            Formatters.Prepare<T>();
            WriteObject(output, in value);
        }
        catch (TooLargeException exception)
        {
            throw new DaemonProtocolException($"The {Name(what, number, method)}, of type {typeof(T)}, is too large to be sent. {exception.Message}", exception);
        }
        catch (MemoryPackSerializationException exception) when (IsTooDeep(exception))
        {
            throw new DaemonProtocolException(
                $"The {Name(what, number, method)}, of type {typeof(T)}, is nested too deeply to be sent: objects may lie {ValueWalk.MostDepth} deep in objects, and none in itself.", exception);
        }
        catch (Exception exception) when (IsSerialization(exception))
        {
            throw new DaemonProtocolException($"The {Name(what, number, method)}, of type {typeof(T)}, cannot be sent: {exception.Message} Mark the type [MemoryPackable], or register a formatter.", exception);
        }
    }

    /// <summary>Reads a value that may be its frame's attachment, and returns how many bytes it took. Sets the attachment to null if taken.</summary>
    public static int Read<T>(ReadOnlySpan<byte> bytes, ref byte[]? attachment, ref T? value, string what, int number = 0, string? method = null)
    {
        if (typeof(T) == typeof(byte[]) && Attachment.TryRead(bytes, ref attachment, out Unsafe.As<T?, byte[]?>(ref value)))
        {
            return sizeof(int);
        }

        return Read(bytes, ref value, what, number, method);
    }

    /// <summary>Reads a value and returns how many bytes it took.</summary>
    /// <exception cref="DaemonProtocolException">The bytes do not form a value of this type.</exception>
    [UnconditionalSuppressMessage("Trimming", "IL2091", Justification = RootedByGeneratedCode)]
    public static int Read<T>(ReadOnlySpan<byte> bytes, ref T? value, string what, int number = 0, string? method = null)
    {
        try
        {
            if (typeof(T) == typeof(string))
            {
                return ReadText(bytes, out Unsafe.As<T?, string?>(ref value));
            }

            if (IsPlain<T>())
            {
                if (bytes.Length < Unsafe.SizeOf<T>())
                {
                    throw new MemoryPackSerializationException($"It takes {Unsafe.SizeOf<T>()} bytes, and {bytes.Length} are left.");
                }

                T plain = Unsafe.ReadUnaligned<T>(ref MemoryMarshal.GetReference(bytes));
                if (!Invariants.Hold(in plain))
                {
                    throw new MemoryPackSerializationException("No value of that type has these bytes.");
                }

                value = plain;
                return Unsafe.SizeOf<T>();
            }

            int measured = ValueShapes.Check<T>(bytes);
            Formatters.Prepare<T>();
            int size = MemoryPackSerializer.Deserialize(bytes, ref value);
            Debug.Assert(measured < 0 || measured == size, $"The shape of {typeof(T)} is not MemoryPack's: {measured} bytes, and {size}.");
            return size;
        }
        catch (Exception exception) when (IsSerialization(exception))
        {
            throw new DaemonProtocolException($"The {Name(what, number, method)} cannot be read as {typeof(T)}: {exception.Message}", exception);
        }
    }

    // MemoryPack copies a type without references byte by byte, with or without a formatter. So a contract that uses
    // only numbers does not load MemoryPack's assembly.
    private static bool IsPlain<T>() => !RuntimeHelpers.IsReferenceOrContainsReferences<T>();

    // Writes the same bytes as MemoryPack's string formatter, without using its registry.
    private static void WriteText(IBufferWriter<byte> output, string? text)
    {
        TextValue.CheckLength(text?.Length ?? 0);
        using MemoryPackWriterOptionalState state = MemoryPackWriterOptionalStatePool.Rent(MemoryPackSerializerOptions.Default);
        var target = new ValueWriter(output);
        var writer = new MemoryPackWriter<ValueWriter>(ref target, state);
        writer.WriteString(text);
        writer.Flush();
    }

    // Writes an array of primitives as MemoryPack does, without using its registry.
    private static void WritePrimitives(IBufferWriter<byte> output, Array? array)
    {
        int length = array is null ? 0 : ByteLength(array);
        Span<byte> span = output.GetSpan(sizeof(int) + length);
        BinaryPrimitives.WriteInt32LittleEndian(span, array?.Length ?? MemoryPackCode.NullCollection);
        if (array is not null)
        {
            MemoryMarshal.CreateReadOnlySpan(ref MemoryMarshal.GetArrayDataReference(array), length).CopyTo(span[sizeof(int)..]);
        }

        output.Advance(sizeof(int) + length);
    }

    private static int ByteLength(Array array)
    {
        int length;
        try
        {
            length = Buffer.ByteLength(array);
        }
        catch (OverflowException)
        {
            throw new TooLargeException();
        }

        return length <= Array.MaxLength - sizeof(int) ? length : throw new TooLargeException();
    }

    [UnconditionalSuppressMessage("Trimming", "IL2091", Justification = RootedByGeneratedCode)]
    private static void WriteObject<T>(IBufferWriter<byte> output, in T value)
    {
        using MemoryPackWriterOptionalState state = MemoryPackWriterOptionalStatePool.Rent(MemoryPackSerializerOptions.Default);
        var target = new ValueWriter(output);
        var writer = new MemoryPackWriter<ValueWriter>(ref target, state);
        writer.WriteValue(in value);
        writer.Flush();
    }

    private static int ReadText(ReadOnlySpan<byte> bytes, out string? text)
    {
        _ = TextValue.Measure(bytes);
        using MemoryPackReaderOptionalState state = MemoryPackReaderOptionalStatePool.Rent(MemoryPackSerializerOptions.Default);
        using var reader = new MemoryPackReader(bytes, state);
        text = reader.ReadString();
        return reader.Consumed;
    }

    // MemoryPack's exceptions differ only in their text.
    private static bool IsTooDeep(MemoryPackSerializationException exception) => exception.Message.Contains("reached depth limit", StringComparison.Ordinal);

    // Called only when a message needs the name.
    private static string Name(string what, int number, string? method) => $"{what}{(number > 0 ? $" {number}" : "")}{(method is null ? "" : $" of {method}")}";

    // A peer's bytes can make a serialiser fail with more than its own exception. Failures of the process itself (out
    // of memory apart from a forged length, a user's cancellation) are not caught.
    private static bool IsSerialization(Exception exception) =>
        exception is MemoryPackSerializationException or ArgumentException or OverflowException or IndexOutOfRangeException
            or InvalidOperationException or NotSupportedException or NullReferenceException or TypeInitializationException
            or FormatException or InvalidCastException or InvalidTimeZoneException or SerializationException
            or TypeLoadException or KeyNotFoundException or IOException;
}
