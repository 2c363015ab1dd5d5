using DaemonRpc.Framing;
using DaemonRpc.Platform;
using DaemonRpc.Protocol;
using DaemonRpc.Session;
using DaemonRpc.Transport;
using Microsoft.Win32.SafeHandles;

namespace DaemonRpc.Runtime.Tests.Histories;

/// <summary>A client as the daemon sees it: a session that nobody reads from, as the history calls the daemon in its stead, and what it was told.</summary>
internal sealed class HistoryClient : IByteChannel
{
    private readonly Action<HistoryClient, FrameKind, uint, byte[]> _hear;
    private volatile bool _broken;
    private uint _lastCall;

    public HistoryClient(int processId, IConnectionHandler daemon, Action<HistoryClient, FrameKind, uint, byte[]> hear)
    {
        Peer = new PeerCredentials(processId, 1);
        _hear = hear;
        Session = new ServerSession(this, daemon, FrameLimits.Default, new ReaderThreads());
    }

    public PeerCredentials Peer { get; }

    public int ProcessId => Peer.ProcessId;

    public ServerSession Session { get; }

    /// <summary>Whether nothing reaches it any more.</summary>
    public bool IsBroken => _broken;

    public TimeSpan ReceiveTimeout
    {
        set { }
    }

    public uint NextCall() => ++_lastCall;

    public void Break() => _broken = true;

    public int Receive(Span<byte> buffer) => 0;

    public int TryReceive(Span<byte> buffer, Span<byte> ahead) => 0;

    public int TrySend(ReadOnlySpan<byte> bytes)
    {
        if (_broken)
        {
            throw new IOException("The client has gone.");
        }

        var header = FrameHeader.Read(bytes);
        Assert.Equal(bytes.Length, FrameHeader.Size + header.PayloadLength);
        _hear(this, header.Kind, header.CallId, bytes[FrameHeader.Size..].ToArray());
        return bytes.Length;
    }

    public void Send(ReadOnlySpan<byte> bytes) => _ = TrySend(bytes);

    public ReceivedDescriptors? Descriptors => null;

    public void AcceptDescriptors()
    {
    }

    public int TrySend(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, SafeFileHandle[] descriptors) =>
        throw new NotSupportedException("This channel passes no descriptors.");

    public void Shutdown()
    {
    }

    public void Dispose()
    {
    }

    /// <summary>What a frame says, in the words of the tests.</summary>
    public static string TextOf(FrameKind kind, byte[] payload)
    {
        switch (kind)
        {
            case FrameKind.Result:
                return $"Result {BitConverter.ToUInt32(payload)}";

            case FrameKind.Error:
                return $"Error {ErrorMessage.Read(payload).Message}";

            case FrameKind.Canceled or FrameKind.CancelReply:
                var reply = CancelReply.Read(payload);
                return $"{reply.Outcome} by {reply.CanceledBy}";

            case FrameKind.Refusal:
                var refusal = Refusal.Read(payload);
                return $"Refused {refusal.Reason} {refusal.Status.Task?.Method}".TrimEnd();

            default:
                return $"{kind}";
        }
    }
}
