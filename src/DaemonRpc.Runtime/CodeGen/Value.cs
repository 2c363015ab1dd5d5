using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using MemoryPack;

namespace DaemonRpc.CodeGen;

/// <summary>Turns values into bytes and back.</summary>
internal static class Value
{
    /// <summary>Appends a value.</summary>
    /// <exception cref="DaemonProtocolException">The type has no serialiser.</exception>
    public static void Write<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.All)] T>(IBufferWriter<byte> output, in T value, string what)
    {
        try
        {
            MemoryPackSerializer.Serialize(output, value);
        }
        catch (Exception exception) when (IsSerialization(exception))
        {
            throw new DaemonProtocolException($"The {what}, of type {typeof(T)}, cannot be sent: {exception.Message} Mark the type [MemoryPackable], or register a formatter.", exception);
        }
    }

    /// <summary>Reads a value and returns how many bytes it took.</summary>
    /// <exception cref="DaemonProtocolException">The bytes are not of this type.</exception>
    public static int Read<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.All)] T>(ReadOnlySpan<byte> bytes, ref T? value, string what)
    {
        try
        {
            return MemoryPackSerializer.Deserialize(bytes, ref value);
        }
        catch (Exception exception) when (IsSerialization(exception))
        {
            throw new DaemonProtocolException($"The {what} cannot be read as {typeof(T)}: {exception.Message}", exception);
        }
    }

    // Bytes from elsewhere can make a serialiser fail in more ways than its own exception; those of the process itself
    // (out of memory apart from a length that was made up, a user's cancellation) are not swallowed.
    private static bool IsSerialization(Exception exception) =>
        exception is MemoryPackSerializationException or ArgumentException or OverflowException or IndexOutOfRangeException
            or InvalidOperationException or NotSupportedException or NullReferenceException or TypeInitializationException;
}
