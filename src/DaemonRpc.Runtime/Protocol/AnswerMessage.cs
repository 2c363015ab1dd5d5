using System.Buffers;
using DaemonRpc.Framing;

namespace DaemonRpc.Protocol;

/// <summary>The end of an ask.</summary>
/// <remarks>
/// <code>
/// uint32  the ask's number
/// uint8   0, or 1 if it failed
/// bytes   the result of a callback's method, nothing for a stream, or the fields of an error
/// </code>
/// </remarks>
internal static class AnswerMessage
{
    // An error has three texts, whose characters have up to three bytes.
    private const int BytesOfText = 16;

    /// <summary>Creates the frame of an answer, to which a result may be appended.</summary>
    public static FrameBuffer Begin(uint number)
    {
        FrameBuffer frame = AskNumber.Begin(number);
        frame.Write<byte>([0]);
        return frame;
    }

    /// <summary>Turns the frame of an answer into that of a failure.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="error">The failure.</param>
    /// <param name="mostBytes">The size limit of the daemon's frames. Texts that exceed it are cut.</param>
    public static void Fail(FrameBuffer frame, ErrorMessage error, int mostBytes)
    {
        Write(frame, error);
        if (frame.WholeLength > mostBytes)
        {
            Write(frame, error.Cut(mostBytes / BytesOfText));
        }
    }

    /// <summary>Reads what follows the number.</summary>
    /// <param name="bytes">The bytes after the number.</param>
    /// <param name="error">The failure, or null.</param>
    /// <returns>The result.</returns>
    /// <exception cref="DaemonProtocolException">The bytes are no answer.</exception>
    public static ReadOnlySpan<byte> Read(ReadOnlySpan<byte> bytes, out ErrorMessage? error)
    {
        if (bytes.IsEmpty || bytes[0] > 1)
        {
            throw new DaemonProtocolException("An answer does not say whether it failed.");
        }

        error = bytes[0] == 0 ? null : ErrorMessage.Read(bytes[1..]);
        return error is null ? bytes[1..] : [];
    }

    private static void Write(FrameBuffer frame, ErrorMessage error)
    {
        frame.Truncate(sizeof(uint));
        frame.Write<byte>([1]);
        error.Write(frame);
    }
}
