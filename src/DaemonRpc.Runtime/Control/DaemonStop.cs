using DaemonRpc.Framing;
using DaemonRpc.Launch;
using DaemonRpc.Platform;
using DaemonRpc.Session;
using DaemonRpc.Transport;

namespace DaemonRpc.Control;

/// <summary>Stops a daemon in whatever state it is, and waits until it has gone. Never starts one.</summary>
/// <remarks>
/// Who answers at the socket is asked. When nobody does, the instance lock says whether a daemon lives: one that holds it is
/// starting, and is asked as soon as it is reached, or leaving, and is waited for.
/// </remarks>
/// <param name="address">The daemon.</param>
/// <param name="open">Connects within a limit; null when nobody answers.</param>
/// <param name="limit">How long it may take to answer, to be reached, and to be gone after its last connection ended.</param>
internal sealed class DaemonStop(DaemonAddress address, Func<TimeSpan, CancellationToken, Task<ClientSession?>> open, TimeSpan limit)
{
    /// <summary>Returns when the daemon has gone, or when none lived.</summary>
    /// <param name="force">Whether it is to end at once, which the limit then bounds too. Otherwise its task finishes, however long that takes.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="DaemonUnresponsiveException">It lives, but could not be asked, or did not do it.</exception>
    public async Task RunAsync(bool force, CancellationToken cancellationToken)
    {
        var deadline = new Deadline(limit);
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

                // Its task may have taken any time.
                deadline = new Deadline(limit);
                continue;
            }

            // A daemon in this process has no lock: when it does not answer it has ended.
            if (!address.HasFiles
                || await BlockingThread.RunAsync("DaemonRpc control", () => HasGone(deadline)).WaitAsync(cancellationToken).ConfigureAwait(false))
            {
                return;
            }
        }
    }

    /// <summary>Asks it, and waits until it has gone. False when it had handed over to another daemon, in the same process, which was not asked.</summary>
    private async Task<bool> HasLeftAsync(ClientSession session, bool force, CancellationToken cancellationToken)
    {
        using ProcessWatch? process = Watch(session);
        FrameBuffer frame = FrameBuffer.Rent();
        frame.GetSpan(1)[0] = force ? (byte)1 : (byte)0;
        frame.Advance(1);
        try
        {
            _ = await ControlCall.AskAsync(session, FrameKind.Stop, frame, cancellationToken).WaitAsync(limit, cancellationToken).ConfigureAwait(false);
            SessionEnd end = await session.Ended.WaitAsync(force ? limit : Timeout.InfiniteTimeSpan, cancellationToken).ConfigureAwait(false);
            if (end.Goodbye is { HandsOver: true })
            {
                return false;
            }
        }
        catch (TimeoutException exception)
        {
            throw new DaemonUnresponsiveException($"The daemon {address} (process {session.Peer.ProcessId}) was told to stop but did not within {limit.TotalSeconds:0.###} s. Look at its log, {address.LogPath}, or end it.", exception);
        }

        if (!await IsGoneAsync(process, limit, cancellationToken).ConfigureAwait(false))
        {
            throw new DaemonUnresponsiveException($"The daemon {address} has ended its connections, but its process, {session.Peer.ProcessId}, lives on after {limit.TotalSeconds:0.###} s. Look at its log, {address.LogPath}, or end it.");
        }

        return true;
    }

    // Before it is asked to end: afterwards its number may be another's. One that runs in the foreground has no log of its
    // own and may go on with something else when it has served.
    internal static ProcessWatch? Watch(ClientSession session) =>
        session.Welcome.LogPath.Length > 0 ? ProcessWatch.TryOpen(session.Peer.ProcessId) : null;

    /// <summary>The kernel closes a dying process's connections a moment before the process is gone.</summary>
    internal static Task<bool> IsGoneAsync(ProcessWatch? process, TimeSpan limit, CancellationToken cancellationToken) =>
        process is null || process.Wait(TimeSpan.Zero)
            ? Task.FromResult(true)
            : BlockingThread.RunAsync("DaemonRpc control", () => process.Wait(limit)).WaitAsync(cancellationToken);

    /// <summary>Waits for the instance lock's holder. False when it can be asked now.</summary>
    private bool HasGone(Deadline deadline) => InstanceLock.Await(address.InstanceLockPath, address.SocketPath, deadline, out LockHolder holder) switch
    {
        HolderState.Gone => true,
        HolderState.Served => false,
        _ => throw new DaemonUnresponsiveException(
            $"The daemon {address} is alive ({holder} holds its instance lock) but nobody listens at {address.SocketPath}: it is starting or leaving, and was done with neither within {deadline}. It was left alone. Look at its log, {address.LogPath}, wait for it, or end it."),
    };
}
