using System.Buffers;
using System.Buffers.Binary;
using DaemonRpc.Framing;

namespace DaemonRpc.Runtime.Tests.Fuzzing;

/// <summary>Frames as the present code of the protocol writes them.</summary>
internal static class Frames
{
    public static FuzzStep Of(FrameKind kind, uint callId, Action<IBufferWriter<byte>>? write = null, byte[]? attachment = null, params PassedKind[] passed)
    {
        FrameBuffer frame = FrameBuffer.Rent();
        write?.Invoke(frame);
        if (attachment is not null)
        {
            Assert.True(frame.TryAttach(attachment));
        }

        _ = frame.Finish(kind, callId);
        byte[] bytes = [.. frame.Frame, .. frame.Attachment];
        frame.Return();
        return new FuzzStep(bytes, passed);
    }

    /// <summary>A frame whose payload is these parts, one after another.</summary>
    public static FuzzStep Of(FrameKind kind, uint callId, params byte[][] parts) => Of(kind, callId, output =>
    {
        foreach (byte[] part in parts)
        {
            output.Write(part);
        }
    });

    public static byte[] Bytes(Action<IBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(output);
        return output.WrittenSpan.ToArray();
    }

    public static byte[] Value<T>(T value) => Bytes(output => DaemonRpc.Serialization.Value.Write(output, value, "value"));

    public static byte[] Number(int number)
    {
        byte[] bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
        return bytes;
    }

    public static byte[] Short(ushort number) => [(byte)number, (byte)(number >> 8)];

    /// <summary>An item, a report or a message, after its length.</summary>
    public static byte[] Item(params byte[][] parts) => [.. Number(parts.Sum(static part => part.Length)), .. parts.SelectMany(static part => part)];
}
