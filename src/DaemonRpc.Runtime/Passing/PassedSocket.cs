using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;

namespace DaemonRpc.Passing;

/// <summary>Makes a socket of a descriptor that the other process has passed.</summary>
internal static class PassedSocket
{
    /// <summary>Takes a descriptor over.</summary>
    /// <exception cref="DaemonProtocolException">It is no connected socket. It is closed then.</exception>
    public static Socket Of(SafeFileHandle descriptor)
    {
        var handle = new SafeSocketHandle(descriptor.DangerousGetHandle(), ownsHandle: true);
        descriptor.SetHandleAsInvalid();
        try
        {
            var socket = new Socket(handle);
            return socket.Connected ? socket : throw new SocketException((int)SocketError.NotConnected);
        }
        catch (SocketException exception)
        {
            handle.Dispose();
            throw new DaemonProtocolException($"A stream was passed that is no connected socket: {exception.Message}", exception);
        }
    }
}
