using System.Buffers;
using System.Buffers.Binary;

namespace DaemonRpc.Protocol;

/// <summary>Asks for the status. Frozen.</summary>
/// <remarks>
/// <code>
/// uint8  1 to be told every later status too; 0, as when absent, for the current one alone
/// int64  the incarnation of the daemon that told the last status this watch was told; if absent, there was none
/// int64  that status's sequence number
/// </code>
/// </remarks>
/// <param name="Watch">Whether to send every later status too.</param>
/// <param name="Incarnation">The daemon that the resumed watch followed.</param>
/// <param name="Sequence">The last status that the resumed watch received; 0 for a new watch.</param>
internal readonly record struct StatusQuery(bool Watch, long Incarnation = 0, long Sequence = 0)
{
    private const int WholeSize = 1 + sizeof(long) + sizeof(long);

    public void Write(IBufferWriter<byte> output)
    {
        Span<byte> bytes = output.GetSpan(WholeSize);
        bytes[0] = Watch ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt64LittleEndian(bytes[1..], Incarnation);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[9..], Sequence);
        output.Advance(Sequence == 0 ? 1 : WholeSize);
    }

    public static StatusQuery Read(ReadOnlySpan<byte> message)
    {
        bool watch = !message.IsEmpty && message[0] != 0;
        return message.Length < WholeSize
            ? new StatusQuery(watch)
            : new StatusQuery(watch, BinaryPrimitives.ReadInt64LittleEndian(message[1..]), BinaryPrimitives.ReadInt64LittleEndian(message[9..]));
    }
}
