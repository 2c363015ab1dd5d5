using DaemonRpc.Platform;
using DaemonRpc.Transport;
using Microsoft.Win32.SafeHandles;

namespace DaemonRpc.Runtime.Tests.Infrastructure;

/// <summary>A channel whose bytes come from the test, cut as the test says, and whose peer reads when the test says.</summary>
internal sealed class ScriptedChannel(params byte[][] pieces) : IByteChannel
{
    private readonly Queue<byte[]> _pieces = new(pieces);
    private ReadOnlyMemory<byte> _rest;
    private readonly Lock _gate = new();
    private readonly List<byte> _sent = [];

    /// <summary>How many bytes are taken without waiting; the rest has to be sent by somebody who waits.</summary>
    public int Room { get; set; } = int.MaxValue;

    /// <summary>How many bytes more are taken each time that somebody waits for room.</summary>
    public int RoomPerWait { get; set; }

    /// <summary>How often somebody has waited for room.</summary>
    public int Waits { get; private set; }

    /// <summary>Held by the test while its peer does not read.</summary>
    public ManualResetEventSlim PeerReads { get; } = new(true);

    /// <summary>Called with the bytes before they are taken.</summary>
    public Action<byte[]>? Taking { get; set; }

    /// <summary>Called when bytes are asked for, with the number of pieces that are left.</summary>
    public Action<int>? Receiving { get; set; }

    /// <summary>The largest buffer that was offered for receiving.</summary>
    public int LargestOffer { get; private set; }

    public byte[] Sent
    {
        get
        {
            lock (_gate)
            {
                return [.. _sent];
            }
        }
    }

    public PeerCredentials Peer => new(Environment.ProcessId, (int)LibC.EffectiveUserId());

    public TimeSpan ReceiveTimeout
    {
        set => ReceiveTimeouts.Add(value);
    }

    /// <summary>Every limit that was set, in order.</summary>
    public List<TimeSpan> ReceiveTimeouts { get; } = [];

    /// <summary>As <see cref="TryReceive"/>, but an empty piece is nothing to wait for.</summary>
    public int Receive(Span<byte> buffer) => ReceiveMore(buffer, []);

    public int ReceiveMore(Span<byte> buffer, Span<byte> ahead)
    {
        int received;
        do
        {
            received = TryReceive(buffer, ahead);
        }
        while (received < 0);
        return received;
    }

    /// <summary>Of the next piece. An empty one says that nothing is there yet.</summary>
    public int TryReceive(Span<byte> buffer, Span<byte> ahead)
    {
        LargestOffer = Math.Max(LargestOffer, buffer.Length);
        Receiving?.Invoke(_pieces.Count + (_rest.IsEmpty ? 0 : 1));
        if (_rest.IsEmpty)
        {
            if (!_pieces.TryDequeue(out byte[]? piece))
            {
                return 0;
            }

            if (piece.Length == 0)
            {
                return -1;
            }

            _rest = piece;
        }

        int count = Math.Min(_rest.Length, buffer.Length + ahead.Length);
        int first = Math.Min(count, buffer.Length);
        _rest.Span[..first].CopyTo(buffer);
        _rest.Span[first..count].CopyTo(ahead);

        // What did not fit comes first next time.
        _rest = _rest[count..];
        return count;
    }

    public int TrySend(ReadOnlySpan<byte> bytes)
    {
        int count = Math.Min(bytes.Length, Room);
        Room -= count;
        Take(bytes[..count]);
        return count;
    }

    public ReceivedDescriptors? Descriptors => null;

    public void AcceptDescriptors()
    {
    }

    public int TrySend(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, SafeFileHandle[] descriptors) =>
        throw new NotSupportedException("This channel passes no descriptors.");

    public bool WaitForRoom(TimeSpan limit)
    {
        Waits++;
        Room += RoomPerWait;
        return RoomPerWait > 0;
    }

    public void Send(ReadOnlySpan<byte> bytes)
    {
        if (!PeerReads.Wait(Patience.Limit))
        {
            // Of a test that may have ended long ago: an assertion on this thread would end all others.
            throw new IOException("The peer does not read.");
        }

        Take(bytes);
    }

    public void Shutdown() => PeerReads.Set();

    public void Dispose()
    {
    }

    private void Take(ReadOnlySpan<byte> bytes)
    {
        byte[] taken = bytes.ToArray();
        Taking?.Invoke(taken);
        lock (_gate)
        {
            _sent.AddRange(taken);
        }
    }
}
