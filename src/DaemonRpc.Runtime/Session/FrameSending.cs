using DaemonRpc.Framing;
using DaemonRpc.Transport;
using Microsoft.Win32.SafeHandles;

namespace DaemonRpc.Session;

/// <summary>Sends a frame's bytes over a channel, with its attachment and its descriptors.</summary>
internal static class FrameSending
{
    // A large frame is sent in slices, so that a peer that reads it slowly is not mistaken for a peer that reads nothing.
    private const int SliceSize = 64 * 1024;

    // How often the caller waits for room for the rest of an attachment. A peer that reads makes room sooner than a thread could be
    // started, and then the attachment need not be copied. Each successful wait moves most of a socket's buffer, so 16 move some megabytes.
    private const int MostWaits = 16;

    private static readonly TimeSpan s_shortly = TimeSpan.FromMilliseconds(2);

    /// <summary>Sends as much of a frame as fits, and waits for some milliseconds at most, for the rest of an attachment.</summary>
    /// <returns>The number of bytes sent.</returns>
    public static int TrySend(this IByteChannel channel, FrameBuffer frame)
    {
        if (frame.Attachment.IsEmpty)
        {
            return channel.TrySend(frame, 0);
        }

        int sent = frame.Descriptors is { } descriptors
            ? channel.TrySend(frame.Frame, frame.Attachment, descriptors)
            : channel.TrySend(frame.Frame, frame.Attachment);
        for (int waits = 0; sent < frame.Length && waits < MostWaits && channel.WaitForRoom(s_shortly); waits++)
        {
            sent += channel.TrySend(frame, sent);
        }

        return sent;
    }

    /// <summary>Sends as much as fits of a frame or of its attachment, without waiting.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="frame">The frame. Its descriptors travel with its first byte.</param>
    /// <param name="sent">How many bytes of it have been sent.</param>
    /// <param name="most">How many bytes may be sent now.</param>
    /// <returns>The number of bytes sent now.</returns>
    public static int TrySend(this IByteChannel channel, FrameBuffer frame, int sent, int most = int.MaxValue)
    {
        ReadOnlySpan<byte> rest = frame.From(sent);
        rest = rest[..Math.Min(rest.Length, most)];
        SafeFileHandle[]? descriptors = sent == 0 ? frame.Descriptors : null;
        return descriptors is null ? channel.TrySend(rest) : channel.TrySend(rest, default, descriptors);
    }

    /// <summary>Sends a part of a frame, blocking until the peer has made room for it.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="frame">The frame.</param>
    /// <param name="from">How many bytes of it have been sent.</param>
    /// <param name="to">How many are to have been sent.</param>
    /// <param name="taken">A counter that grows whenever the peer has taken some.</param>
    public static void Send(this IByteChannel channel, FrameBuffer frame, int from, int to, ref long taken)
    {
        while (from == 0 && to > 0 && frame.Descriptors is not null)
        {
            from = channel.TrySend(frame, 0, Math.Min(to, SliceSize));
            if (from == 0)
            {
                _ = channel.WaitForRoom(Timeout.InfiniteTimeSpan);
            }
        }

        while (from < to)
        {
            ReadOnlySpan<byte> bytes = frame.From(from);
            ReadOnlySpan<byte> slice = bytes[..Math.Min(Math.Min(bytes.Length, to - from), SliceSize)];
            channel.Send(slice);
            from += slice.Length;
            _ = Interlocked.Increment(ref taken);
        }
    }
}
