using DaemonRpc.Platform;
using DaemonRpc.Protocol;
using DaemonRpc.Session;
using DaemonRpc.Transport;

namespace DaemonRpc.Launch;

/// <summary>Connects to a daemon through its socket.</summary>
internal sealed class SocketDialer(DaemonAddress address) : IDaemonDialer
{
    /// <summary>Checks that the daemon did not refuse the client.</summary>
    /// <param name="address">The daemon.</param>
    /// <param name="goodbye">The daemon's goodbye instead of a welcome; null if it sent none.</param>
    /// <exception cref="DaemonForeignException">Another contract's daemon answers.</exception>
    /// <exception cref="DaemonProtocolException">The daemon does not accept this client's hello.</exception>
    public static void DemandAccepted(DaemonAddress address, Goodbye? goodbye)
    {
        switch (goodbye)
        {
            case { Reason: GoodbyeReason.Foreign }:
                throw new DaemonForeignException(goodbye.Message);
            case { Reason: GoodbyeReason.Protocol }:
                throw new DaemonProtocolException($"The daemon {address} did not accept this client's hello: {goodbye.Message}");
            default:
                return;
        }
    }

    public ClientSession? TryOpen(Hello hello, Deadline deadline)
    {
        if (FileIdentity.OfPath(address.Directory) is null)
        {
            return null;
        }

        RuntimeDirectory.Verify(address.Directory);
        switch (UnixSocketDialer.TryDial(address.SocketPath, deadline.Left, out SocketChannel? channel))
        {
            case DialResult.NobodyListens:
                return null;
            case DialResult.Full:
                throw new DaemonUnresponsiveException(
                    $"The daemon {address} ({InstanceLock.Probe(address.InstanceLockPath)}) is alive but did not accept a connection within {deadline}: its queue is full. It may be stopped or overloaded; it was left alone. Look at its log, {address.LogPath}, or end it.");
            default:
                break;
        }

        ClientSession? session = null;
        try
        {
            session = ClientSession.Open(channel!, hello, deadline.Left, out Goodbye? goodbye);
            DemandAccepted(address, goodbye);
            return session;
        }
        catch (TimeoutException exception)
        {
            throw new DaemonUnresponsiveException(
                $"The daemon {address} ({new LockHolder(IsHeld: true, channel!.Peer.ProcessId)}) is alive but did not answer within {deadline}. It may be stopped or overloaded; it was left alone. Look at its log, {address.LogPath}, or end it.", exception);
        }
        finally
        {
            if (session is null)
            {
                channel!.Dispose();
            }
        }
    }
}
