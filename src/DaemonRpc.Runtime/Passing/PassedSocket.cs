using System.Net.Sockets;
using DaemonRpc.Platform;
using Microsoft.Win32.SafeHandles;

namespace DaemonRpc.Passing;

/// <summary>Makes a stream of a socket that the other process has passed.</summary>
internal static class PassedSocket
{
    /// <summary>Takes a descriptor over.</summary>
    /// <param name="descriptor">The descriptor.</param>
    /// <param name="create">Creates the stream.</param>
    /// <exception cref="DaemonException">The system gives no thread to wait for it with.</exception>
    /// <exception cref="DaemonProtocolException">It is no socket that the stream can use. It is closed then.</exception>
    public static T Open<T>(SafeFileHandle descriptor, Func<Socket, T> create)
        where T : Stream
    {
        try
        {
            SocketThreads.Demand();
        }
        catch
        {
            descriptor.Dispose();
            throw;
        }

        var handle = new SafeSocketHandle(descriptor.DangerousGetHandle(), ownsHandle: true);
        descriptor.SetHandleAsInvalid();
        try
        {
            var socket = new Socket(handle) { Blocking = true };
            return socket.SocketType == SocketType.Stream ? create(socket) : throw new SocketException((int)SocketError.SocketNotSupported);
        }
        catch (Exception exception) when (exception is SocketException or IOException)
        {
            handle.Dispose();
            throw new DaemonProtocolException($"A stream was passed that is no connected socket: {exception.Message}", exception);
        }
    }
}
