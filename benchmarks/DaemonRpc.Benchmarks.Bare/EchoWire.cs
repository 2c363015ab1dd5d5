using System.Net.Sockets;

namespace DaemonRpc.Benchmarks.Bare;

/// <summary>Blocking reads and writes on a connected socket.</summary>
internal abstract class EchoWire
{
    /// <summary>As long as the frame that DaemonRpc sends for the call it is compared with.</summary>
    public const int MessageSize = 43;

    public static EchoWire Over(Socket socket, string kind) => kind == "syscalls" ? new SyscallWire(socket) : new SocketWire(socket);

    /// <summary>0 when the other end has left.</summary>
    public abstract int Receive(Span<byte> buffer);

    public abstract void Send(ReadOnlySpan<byte> bytes);
}

/// <summary>As .NET offers it.</summary>
internal sealed class SocketWire(Socket socket) : EchoWire
{
    public override int Receive(Span<byte> buffer) => socket.Receive(buffer);

    public override void Send(ReadOnlySpan<byte> bytes) => socket.Send(bytes);
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
            _ = Native.Write(_descriptor, first, bytes.Length);
        }
    }
}
