using System.Runtime.InteropServices;
using DaemonRpc.Platform;

namespace DaemonRpc.Transport;

/// <summary>Two streams of bytes, one each way.</summary>
/// <remarks>
/// One thread receives and one sends, at the same time. <see cref="Shutdown"/> may be called from any thread and wakes
/// both; <see cref="IDisposable.Dispose"/> only when neither is inside.
/// </remarks>
internal interface IByteChannel : IDisposable
{
    /// <summary>Who is at the other end.</summary>
    PeerCredentials Peer { get; }

    /// <summary>How long <see cref="Receive"/> waits before it throws <see cref="TimeoutException"/>. Infinite at first; zero is as short as can be.</summary>
    TimeSpan ReceiveLimit { set; }

    /// <summary>After how long without bytes <see cref="Receive"/> returns -1. Infinite at first; without effect where it cannot be parked.</summary>
    TimeSpan SilenceLimit
    {
        set => _ = value;
    }

    /// <summary>What it can be parked by (<see cref="ParkedChannels"/>), or null.</summary>
    SafeHandle? Handle => null;

    /// <summary>Waits for bytes. 0 means that no more will come, -1 that none came for the silence limit.</summary>
    /// <exception cref="IOException">The connection broke.</exception>
    int Receive(Span<byte> buffer);

    /// <summary>The same where bytes are on their way, and silence does not matter.</summary>
    /// <param name="buffer">Filled first.</param>
    /// <param name="ahead">What comes beyond it; maybe nothing although something has come.</param>
    /// <returns>How many bytes came to both.</returns>
    int ReceiveMore(Span<byte> buffer, Span<byte> ahead) => Receive(buffer);

    /// <summary>The same for a thread that is not the channel's: -1 where nothing is there, nor comes at once, which is looked for for a tenth of a millisecond at most, if at all.</summary>
    int TryReceive(Span<byte> buffer, Span<byte> ahead);

    /// <summary>Sends what fits without waiting, maybe nothing.</summary>
    /// <exception cref="IOException">The connection broke.</exception>
    int TrySend(ReadOnlySpan<byte> bytes);

    /// <summary>The same for bytes in two places, the first ones first.</summary>
    /// <exception cref="IOException">The connection broke.</exception>
    int TrySend(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        int sent = TrySend(first);
        return sent < first.Length || second.IsEmpty ? sent : sent + TrySend(second);
    }

    /// <summary>Waits until the other end has read some of what was sent. False when it has not within the limit, or cannot be waited for.</summary>
    bool WaitForRoom(TimeSpan limit) => false;

    /// <summary>Sends everything, waiting for the other end to read.</summary>
    /// <exception cref="IOException">The connection broke.</exception>
    void Send(ReadOnlySpan<byte> bytes);

    /// <summary>Ends both directions.</summary>
    void Shutdown();
}
