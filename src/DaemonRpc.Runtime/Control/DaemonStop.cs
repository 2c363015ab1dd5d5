using DaemonRpc.Framing;
using DaemonRpc.Launch;
using DaemonRpc.Platform;
using DaemonRpc.Session;
using DaemonRpc.Transport;

namespace DaemonRpc.Control;

/// <summary>Stops a daemon in any state and waits until it has gone. Never starts one.</summary>
/// <remarks>
/// If a daemon answers at the socket, it is asked to stop. If none does, the instance lock tells whether one lives: its
/// holder is either starting, and is asked as soon as it is reachable, or leaving, and is waited for.
/// </remarks>
/// <param name="address">The daemon.</param>
/// <param name="open">Connects within a timeout; returns null when nobody answers.</param>
/// <param name="timeout">How long the daemon may take to answer, to become reachable, and to end after its last connection ended.</param>
internal sealed class DaemonStop(DaemonAddress address, Func<TimeSpan, CancellationToken, Task<ClientSession?>> open, TimeSpan timeout)
{
    /// <summary>Stops the daemon. Returns when it has gone, or at once when none lives.</summary>
    /// <param name="force">Whether the daemon ends at once, within the timeout. Otherwise its task finishes first, however long that takes.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="DaemonUnresponsiveException">The daemon lives, but could not be asked or did not stop.</exception>
    public async Task RunAsync(bool force, CancellationToken cancellationToken)
    {
        var deadline = new Deadline(timeout);
        while (true)
        {
            if (await open(deadline.Left, cancellationToken).ConfigureAwait(false) is { } session)
            {
                using (session)
                {
                    if (await HasLeftAsync(session, force, cancellationToken).ConfigureAwait(false))
                    {
                        return;
                    }
                }

                // The task that finished first may have taken any amount of time: start a new timeout.
                deadline = new Deadline(timeout);
                continue;
            }

            // An in-process daemon has no lock; when it does not answer, it has ended.
            if (!address.HasFiles
                || await BlockingThread.RunAsync("DaemonRpc control", () => HasGone(deadline)).WaitAsync(cancellationToken).ConfigureAwait(false))
            {
                return;
            }
        }
    }

    /// <summary>
    /// Asks the daemon to stop and waits until it has gone. Returns false when it handed over to another daemon in the same process, which was not asked.
    /// </summary>
    private async Task<bool> HasLeftAsync(ClientSession session, bool force, CancellationToken cancellationToken)
    {
        using ProcessWatch? process = Watch(session);
        FrameBuffer frame = FrameBuffer.Rent();
        frame.GetSpan(1)[0] = force ? (byte)1 : (byte)0;
        frame.Advance(1);
        try
        {
            _ = await ControlCall.AskAsync(session, FrameKind.Stop, frame, cancellationToken).WaitAsync(timeout, cancellationToken).ConfigureAwait(false);
            SessionEnd end = await session.Ended.WaitAsync(force ? timeout : Timeout.InfiniteTimeSpan, cancellationToken).ConfigureAwait(false);
            if (end.Goodbye is { HandsOver: true })
            {
                return false;
            }
        }
        catch (TimeoutException exception)
        {
            throw new DaemonUnresponsiveException($"The daemon {address} (process {session.Peer.ProcessId}) was told to stop but did not within {timeout.TotalSeconds:0.###} s. Look at its log, {address.LogPath}, or end it.", exception);
        }

        if (!await IsGoneAsync(process, timeout, cancellationToken).ConfigureAwait(false))
        {
            throw new DaemonUnresponsiveException($"The daemon {address} has ended its connections, but its process, {session.Peer.ProcessId}, lives on after {timeout.TotalSeconds:0.###} s. Look at its log, {address.LogPath}, or end it.");
        }

        return true;
    }

    // Opened before the daemon is asked to end, because its process id may be reused afterwards. A foreground daemon
    // has no log of its own, and its process may continue after serving.
    internal static ProcessWatch? Watch(ClientSession session) =>
        session.Welcome.LogPath.Length > 0 ? ProcessWatch.TryOpen(session.Peer.ProcessId) : null;

    /// <summary>Waits until the process is gone: the kernel closes a dying process's connections a moment earlier.</summary>
    internal static Task<bool> IsGoneAsync(ProcessWatch? process, TimeSpan timeout, CancellationToken cancellationToken) =>
        process is null || process.Wait(TimeSpan.Zero)
            ? Task.FromResult(true)
            : BlockingThread.RunAsync("DaemonRpc control", () => process.Wait(timeout)).WaitAsync(cancellationToken);

    /// <summary>Waits for the instance lock's holder. Returns false when it can be asked now.</summary>
    private bool HasGone(Deadline deadline) => InstanceLock.Await(address.InstanceLockPath, address.SocketPath, deadline, out LockHolder holder) switch
    {
        HolderState.Gone => true,
        HolderState.Served => false,
        _ => throw new DaemonUnresponsiveException(
            $"The daemon {address} is alive ({holder} holds its instance lock) but nobody listens at {address.SocketPath}: it is starting or leaving, and was done with neither within {deadline}. It was left alone. Look at its log, {address.LogPath}, wait for it, or end it."),
    };
}
