using DaemonRpc.Platform;
using DaemonRpc.Protocol;
using DaemonRpc.Session;
using DaemonRpc.Transport;

namespace DaemonRpc.Launch;

/// <summary>Connects to a daemon through its socket.</summary>
internal sealed class SocketDialer(DaemonAddress address) : IDaemonDialer
{
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
            return session ?? goodbye switch
            {
                { Reason: GoodbyeReason.Foreign } => throw new DaemonForeignException(goodbye.Message),
                { Reason: GoodbyeReason.Protocol } => throw new DaemonProtocolException($"The daemon {address} did not accept this client's hello: {goodbye.Message}"),
                _ => null,
            };
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
