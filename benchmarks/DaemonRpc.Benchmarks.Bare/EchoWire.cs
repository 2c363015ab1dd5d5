using System.Net.Sockets;

namespace DaemonRpc.Benchmarks.Bare;

/// <summary>Blocking reads and writes on a connected socket.</summary>
internal abstract class EchoWire
{
    private byte[]? _piece;
    private byte[]? _lastMade;

    public static EchoWire Over(Socket socket, string kind) => kind switch
    {
        "syscalls" => new SyscallWire(socket),
        "arrays" => new ArrayWire(socket),
        _ => new SocketWire(socket),
    };

    /// <summary>Whether what comes next may overwrite what came before.</summary>
    public virtual bool ReusesBuffers => true;

    /// <summary>0 when the other end has left.</summary>
    public abstract int Receive(Span<byte> buffer);

    /// <summary>All of it.</summary>
    public abstract void Send(ReadOnlySpan<byte> bytes);

    /// <summary>Fills the buffer, of which some bytes have come already.</summary>
    public void ReceiveWhole(Span<byte> buffer, int count)
    {
        while (count < buffer.Length)
        {
            int more = Receive(buffer[count..]);
            count += more > 0 ? more : throw new EndOfStreamException("The other end left in the middle of a message.");
        }
    }

    public byte[] ReceiveArray(int length)
    {
        byte[] array = NewArray(length);
        ReceiveWhole(array, 0);
        return array;
    }

    /// <summary>One that lives until the next is made, as if somebody used it.</summary>
    public byte[] NewArray(int length) => _lastMade = GC.AllocateUninitializedArray<byte>(length);

    public void SendPieces(int amount)
    {
        _piece ??= new byte[MeasuredClient.PieceSize];
        for (int left = amount; left > 0; left -= _piece.Length)
        {
            Send(_piece.AsSpan(0, Math.Min(left, _piece.Length)));
        }
    }

    /// <summary>Bytes that were announced all at once.</summary>
    public virtual void ReceiveAnnounced(int amount) => ReceivePieces(amount);

    public virtual void ReceivePieces(int amount)
    {
        _piece ??= new byte[MeasuredClient.PieceSize];
        int left = amount;
        while (left > 0)
        {
            int count = Receive(_piece.AsSpan(0, Math.Min(left, _piece.Length)));
            left -= count > 0 ? count : throw new EndOfStreamException("The other end left in the middle of a stream.");
        }
    }
}

/// <summary>As .NET offers it.</summary>
internal class SocketWire(Socket socket) : EchoWire
{
    public override int Receive(Span<byte> buffer) => socket.Receive(buffer);

    public override void Send(ReadOnlySpan<byte> bytes) => socket.Send(bytes);
}

/// <summary>The same, but whatever comes is received into a new array, which then belongs to whoever is given it.</summary>
internal sealed class ArrayWire(Socket socket) : SocketWire(socket)
{
    public override bool ReusesBuffers => false;

    public override void ReceiveAnnounced(int amount) => _ = ReceiveArray(amount);

    public override void ReceivePieces(int amount)
    {
        for (int left = amount; left > 0; left -= MeasuredClient.PieceSize)
        {
            _ = ReceiveArray(Math.Min(left, MeasuredClient.PieceSize));
        }
    }
}

/// <summary>As a C program would do it: the system's read and write, nothing between.</summary>
internal sealed class SyscallWire(Socket socket) : EchoWire
{
    private readonly int _descriptor = (int)socket.Handle;

    public override unsafe int Receive(Span<byte> buffer)
    {
        fixed (byte* first = buffer)
        {
            return (int)Native.Read(_descriptor, first, buffer.Length);
        }
    }

    public override unsafe void Send(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* first = bytes)
        {
            for (int sent = 0; sent < bytes.Length;)
            {
                nint count = Native.Write(_descriptor, first + sent, bytes.Length - sent);
                sent += count > 0 ? (int)count : throw new IOException("The other end has left.");
            }
        }
    }
}
