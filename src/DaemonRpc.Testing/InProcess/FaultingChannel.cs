using System.Buffers.Binary;
using System.Runtime.InteropServices;
using DaemonRpc.Framing;
using DaemonRpc.Platform;
using DaemonRpc.Protocol;
using DaemonRpc.Transport;
using Microsoft.Win32.SafeHandles;

namespace DaemonRpc.Testing.InProcess;

/// <summary>A client's end of a connection, on which faults act before a request is sent and between the items of a stream.</summary>
/// <remarks>The in-memory pair takes everything at once, so that each send begins with a frame's header.</remarks>
/// <param name="inner">The client's end.</param>
/// <param name="daemon">The daemon at the other end.</param>
internal sealed class FaultingChannel(IByteChannel inner, Incarnation daemon) : IByteChannel
{
    private const int ChunkSize = 16 * 1024;

    private readonly Lock _gate = new();
    private readonly Dictionary<uint, ItemCount> _counted = [];
    private readonly TaskCompletionSource _shutDown = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly byte[] _chunk = new byte[ChunkSize];

    // What has arrived and is not sorted into frames, and the whole frames that the client has not received yet.
    private readonly List<byte> _arrived = [];
    private readonly List<byte> _ready = [];
    private CallFault? _heldBy;
    private bool _isCut;

    public PeerCredentials Peer => inner.Peer;

    public TimeSpan ReceiveTimeout
    {
        set => inner.ReceiveTimeout = value;
    }

    public ReceivedDescriptors? Descriptors => inner.Descriptors;

    public void AcceptDescriptors() => inner.AcceptDescriptors();

    public int Receive(Span<byte> buffer)
    {
        while (true)
        {
            if (TakeReady(buffer) is > 0 and int taken)
            {
                return taken;
            }

            if (_heldBy is { } held)
            {
                _ = Task.WaitAny(held.Released, _shutDown.Task);
                _heldBy = null;
                Sort();
            }
            else
            {
                int received = _isCut ? 0 : inner.Receive(_chunk);
                if (received <= 0)
                {
                    return received;
                }

                _arrived.AddRange(_chunk.AsSpan(0, received));
                Sort();
            }
        }
    }

    public int TryReceive(Span<byte> buffer, Span<byte> ahead)
    {
        if (TakeReady(buffer) is > 0 and int taken)
        {
            return taken;
        }

        if (_isCut || _heldBy is not null)
        {
            return -1;
        }

        int received = inner.TryReceive(_chunk, default);
        if (received <= 0)
        {
            return received;
        }

        _arrived.AddRange(_chunk.AsSpan(0, received));
        Sort();
        return TakeReady(buffer) is > 0 and int sorted ? sorted : -1;
    }

    public int TrySend(ReadOnlySpan<byte> bytes)
    {
        OnSending(bytes);
        return inner.TrySend(bytes);
    }

    public int TrySend(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        OnSending(first);
        return inner.TrySend(first, second);
    }

    public int TrySend(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, SafeFileHandle[] descriptors)
    {
        OnSending(first);
        return inner.TrySend(first, second, descriptors);
    }

    public void Send(ReadOnlySpan<byte> bytes) => inner.Send(bytes);

    public void Shutdown()
    {
        inner.Shutdown();
        _ = _shutDown.TrySetResult();
    }

    public void Dispose() => inner.Dispose();

    private void OnSending(ReadOnlySpan<byte> bytes)
    {
        if (daemon.IsDead)
        {
            // The kernel refuses what is sent to a process that is gone, also before the sender has read the end.
            throw new IOException("The daemon has closed the connection.");
        }

        var header = FrameHeader.Read(bytes);
        if (header.Kind != FrameKind.Request || !daemon.Site.Faults.Has(IsHere))
        {
            return;
        }

        int start = FrameHeader.Size + (header.HasAttachment ? FrameHeader.AttachmentLengthSize : 0);
        string? method = daemon.NameOf(RequestHeader.Read(bytes[start..]).Method);
        if (daemon.Site.Faults.Take(static point => point == CallPoint.BeforeRequest, method) is { } fault)
        {
            fault.Reach();
            End(fault);
            throw new IOException("The connection was ended before the request was sent.");
        }

        if (daemon.Site.Faults.Take(static point => point.Items >= 0, method) is { } among)
        {
            lock (_gate)
            {
                _counted[header.CallId] = new ItemCount(among);
            }
        }
    }

    private static bool IsHere(CallPoint point) => point == CallPoint.BeforeRequest || point.Items >= 0;

    private void End(CallFault fault)
    {
        if (fault.Action == FaultAction.Crash)
        {
            daemon.Crash();
        }

        inner.Shutdown();
    }

    private int TakeReady(Span<byte> buffer)
    {
        int count = Math.Min(_ready.Count, buffer.Length);
        CollectionsMarshal.AsSpan(_ready)[..count].CopyTo(buffer);
        _ready.RemoveRange(0, count);
        return count;
    }

    /// <summary>Moves whole frames to those that the client receives, up to where a fault acts.</summary>
    private void Sort()
    {
        while (!_isCut && _heldBy is null && _arrived.Count >= FrameHeader.Size)
        {
            Span<byte> bytes = CollectionsMarshal.AsSpan(_arrived);
            var header = FrameHeader.Read(bytes);
            int size = FrameHeader.Size + header.PayloadLength;
            if (bytes.Length < size)
            {
                return;
            }

            if (header.Kind == FrameKind.Item && CountOf(header.CallId) is { } count)
            {
                SortItems(header, bytes[..size], count);
            }
            else
            {
                _ready.AddRange(bytes[..size]);
                _arrived.RemoveRange(0, size);
            }
        }
    }

    /// <summary>Lets through as many items as the fault allows, and applies the fault when there are no more of these.</summary>
    private void SortItems(FrameHeader header, ReadOnlySpan<byte> frame, ItemCount count)
    {
        ReadOnlySpan<byte> items = frame[FrameHeader.Size..];
        if (header.HasAttachment)
        {
            // The attachment ends the last item, and its length precedes the first.
            int attachment = BinaryPrimitives.ReadInt32LittleEndian(items);
            items = items[FrameHeader.AttachmentLengthSize..^attachment];
        }

        int offset = 0;
        while (offset < items.Length && count.Left > 0)
        {
            offset += sizeof(int) + BinaryPrimitives.ReadInt32LittleEndian(items[offset..]);
            count.Left--;
        }

        int size = frame.Length;
        if (offset == items.Length)
        {
            _ready.AddRange(frame);
            _arrived.RemoveRange(0, size);
        }
        else if (offset > 0)
        {
            AddHeader(_ready, header with { PayloadLength = offset, HasAttachment = false });
            _ready.AddRange(items[..offset]);
            KeepRest(header, offset);
        }

        if (count.Left > 0)
        {
            return;
        }

        lock (_gate)
        {
            _ = _counted.Remove(header.CallId);
        }

        count.Fault.Reach();
        if (count.Fault.Action == FaultAction.Hold)
        {
            _heldBy = count.Fault;
        }
        else
        {
            _isCut = true;
            End(count.Fault);
        }
    }

    /// <summary>Takes the first items out of the frame that arrived first.</summary>
    private void KeepRest(FrameHeader header, int offset)
    {
        int start = FrameHeader.Size + (header.HasAttachment ? FrameHeader.AttachmentLengthSize : 0);
        _arrived.RemoveRange(start, offset);
        (header with { PayloadLength = header.PayloadLength - offset }).Write(CollectionsMarshal.AsSpan(_arrived));
    }

    private static void AddHeader(List<byte> bytes, FrameHeader header)
    {
        Span<byte> written = stackalloc byte[FrameHeader.Size];
        header.Write(written);
        bytes.AddRange(written);
    }

    private ItemCount? CountOf(uint callId)
    {
        lock (_gate)
        {
            return _counted.GetValueOrDefault(callId);
        }
    }

    /// <summary>How many items of a call still pass before a fault.</summary>
    private sealed class ItemCount(CallFault fault)
    {
        public CallFault Fault => fault;

        public int Left { get; set; } = fault.Point.Items;
    }
}
