using DaemonRpc.Platform;
using DaemonRpc.Transport;
using Microsoft.Win32.SafeHandles;

namespace DaemonRpc.Benchmarks.Micro;

/// <summary>The same frame, over and over.</summary>
internal sealed class EndlessChannel(byte[] frame) : IByteChannel
{
    private int _position;

    public PeerCredentials Peer => default;

    public TimeSpan ReceiveTimeout
    {
        set { }
    }

    /// <summary>As a socket does when much has come: as much as there is room for.</summary>
    public int Receive(Span<byte> buffer)
    {
        for (int count = 0; count < buffer.Length;)
        {
            int piece = Math.Min(frame.Length - _position, buffer.Length - count);
            frame.AsSpan(_position, piece).CopyTo(buffer[count..]);
            count += piece;
            _position = (_position + piece) % frame.Length;
        }

        return buffer.Length;
    }

    public int TryReceive(Span<byte> buffer, Span<byte> ahead) => Receive(buffer);

    public int TrySend(ReadOnlySpan<byte> bytes) => bytes.Length;

    public int TrySend(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, SafeFileHandle[] descriptors) => first.Length + second.Length;

    public ReceivedDescriptors? Descriptors => null;

    public void AcceptDescriptors()
    {
    }

    public void Send(ReadOnlySpan<byte> bytes)
    {
    }

    public void Shutdown()
    {
    }

    public void Dispose()
    {
    }
}
