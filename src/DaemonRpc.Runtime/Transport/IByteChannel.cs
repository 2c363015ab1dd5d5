using System.Runtime.InteropServices;
using DaemonRpc.Platform;
using Microsoft.Win32.SafeHandles;

namespace DaemonRpc.Transport;

/// <summary>A connection: two streams of bytes, one in each direction.</summary>
/// <remarks>
/// One thread may receive while another one sends. <see cref="Shutdown"/> may be called from any thread and wakes both.
/// <see cref="IDisposable.Dispose"/> may be called only when neither is inside a call.
/// </remarks>
internal interface IByteChannel : IDisposable
{
    /// <summary>The process and user at the other end.</summary>
    PeerCredentials Peer { get; }

    /// <summary>
    /// How long <see cref="Receive"/> blocks before it throws <see cref="TimeoutException"/>. Infinite by default; zero means the shortest possible wait.
    /// </summary>
    TimeSpan ReceiveTimeout { set; }

    /// <summary>
    /// How long <see cref="Receive"/> blocks without bytes before it returns -1. Infinite by default; ignored by channels that cannot be parked.
    /// </summary>
    TimeSpan SilenceTimeout
    {
        set => _ = value;
    }

    /// <summary>The handle by which the channel can be parked (<see cref="ParkedChannels"/>), or null.</summary>
    SafeHandle? Handle => null;

    /// <summary>Receives bytes, blocking until some arrive. Returns 0 when the channel has ended, -1 when none arrived within the silence timeout.</summary>
    /// <exception cref="IOException">The connection broke.</exception>
    int Receive(Span<byte> buffer);

    /// <summary>Receives bytes that are known to be on their way, blocking until some arrive. The silence timeout does not apply.</summary>
    /// <param name="buffer">Receives the first bytes.</param>
    /// <param name="ahead">Receives bytes beyond the buffer; may stay empty although more have arrived.</param>
    /// <returns>The number of bytes in both buffers together.</returns>
    int ReceiveMore(Span<byte> buffer, Span<byte> ahead) => Receive(buffer);

    /// <summary>Receives without blocking, on a thread other than the channel's own reader; returns -1 if nothing arrives within about 0.1 ms.</summary>
    int TryReceive(Span<byte> buffer, Span<byte> ahead);

    /// <summary>Sends as much as fits without blocking, possibly nothing. Returns the number of bytes sent.</summary>
    /// <exception cref="IOException">The connection broke.</exception>
    int TrySend(ReadOnlySpan<byte> bytes);

    /// <summary>Sends as much as fits of two buffers, in order, without blocking. Returns the number of bytes sent.</summary>
    /// <exception cref="IOException">The connection broke.</exception>
    int TrySend(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        int sent = TrySend(first);
        return sent < first.Length || second.IsEmpty ? sent : sent + TrySend(second);
    }

    /// <summary>Sends as <see cref="TrySend(ReadOnlySpan{byte}, ReadOnlySpan{byte})"/> does, and passes descriptors along with the first byte.</summary>
    /// <param name="first">The first bytes; not empty.</param>
    /// <param name="second">The bytes after them.</param>
    /// <param name="descriptors">What to pass; stays open here. Was not passed if the result is 0.</param>
    /// <exception cref="IOException">The connection broke.</exception>
    /// <exception cref="DaemonException">The system passes no more descriptors.</exception>
    /// <exception cref="ObjectDisposedException">The channel or a descriptor is closed.</exception>
    int TrySend(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, SafeFileHandle[] descriptors);

    /// <summary>The descriptors that have arrived; null if the channel takes none (<see cref="AcceptDescriptors"/>).</summary>
    ReceivedDescriptors? Descriptors { get; }

    /// <summary>Takes descriptors from now on. Those that came before were closed.</summary>
    void AcceptDescriptors();

    /// <summary>Waits until there is room to send more. Returns false if the timeout passes first, or if the channel cannot wait for room.</summary>
    bool WaitForRoom(TimeSpan timeout) => false;

    /// <summary>Sends all bytes, blocking until the peer has made room for them.</summary>
    /// <exception cref="IOException">The connection broke.</exception>
    void Send(ReadOnlySpan<byte> bytes);

    /// <summary>Shuts down both directions.</summary>
    void Shutdown();
}
