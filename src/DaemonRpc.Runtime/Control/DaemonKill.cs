using DaemonRpc.Journal;
using DaemonRpc.Launch;
using DaemonRpc.Platform;
using DaemonRpc.Transport;

namespace DaemonRpc.Control;

/// <summary>Kills the process of a daemon that does not answer, if two witnesses agree on which process it is.</summary>
/// <remarks>
/// The first witness is the kernel's owner of the instance lock's file. It is not enough: the file may be on a file system that another
/// machine's processes lock too, whose process ids mean other processes here. The second is the kernel's peer of the socket, or what
/// the daemon last said of itself. For a daemon that cannot be reached and never answered, it is what shows that the owner is a process of
/// this machine (<see cref="InstanceLock.IsHeldHereBy"/>). A witness that names another process forbids the kill. A process descriptor is
/// opened before the lock is probed again, so that a reused process id is never signalled. A holder that cannot be named is still alive:
/// then nothing is killed, and nothing is reported as gone.
/// </remarks>
internal static class DaemonKill
{
    private static readonly TimeSpan s_dialTimeout = TimeSpan.FromMilliseconds(500);

    /// <summary>Kills the process and waits until it is gone. Returns at once when no daemon lives.</summary>
    /// <param name="address">The daemon.</param>
    /// <param name="saidProcessId">The process id that the daemon gave when it last answered; 0 if it never did.</param>
    /// <param name="timeout">How long the process may take to end.</param>
    /// <exception cref="DaemonUnresponsiveException">The witnesses do not agree, or the process does not end.</exception>
    public static void Kill(DaemonAddress address, int saidProcessId, TimeSpan timeout)
    {
        LockHolder owner = InstanceLock.Probe(address.InstanceLockPath);
        if (!owner.IsHeld)
        {
            return;
        }

        int holder = owner.ProcessId;
        int peer = Peer(address);

        // A holder that only named itself, in the lock's file and in its answer, is one witness: the kernel must be the second.
        bool isCertain = peer == holder
            || (saidProcessId == holder && owner.IsNamedByKernel)
            || (peer == 0 && saidProcessId == 0 && InstanceLock.IsHeldHereBy(address.InstanceLockPath, holder));
        if (holder <= 1 || !isCertain)
        {
            // A process that ends meanwhile is no witness any more.
            if (!InstanceLock.Probe(address.InstanceLockPath).MayBe(owner))
            {
                return;
            }

            throw Doubt(address, owner, peer, saidProcessId);
        }

        using ProcessWatch? process = ProcessWatch.TryOpen(holder);
        if (!InstanceLock.Probe(address.InstanceLockPath).MayBe(owner))
        {
            return;
        }

        if (process is null)
        {
            _ = LibC.Kill(holder, Constants.SignalKill);
        }
        else
        {
            _ = process.TryKill();
        }

        if (!(process?.Wait(timeout) ?? HasLetGo(address, owner, new Deadline(timeout))))
        {
            throw new DaemonUnresponsiveException($"The daemon {address} (process {holder}) was killed but has not gone within {timeout.TotalSeconds} s; it may be stuck in the kernel.");
        }

        Note(address, holder);
    }

    // The killed daemon could not write this entry itself. Without it the journal would report a crash.
    private static void Note(DaemonAddress address, int killed)
    {
        if (address.Id.Length == 0)
        {
            // Nobody knows which daemon the files belong to, nor therefore which journal.
            return;
        }

        var journal = new JournalFile(address.JournalPath);
        journal.Append(new DaemonJournalEntry
        {
            At = DateTimeOffset.UtcNow,
            Event = DaemonJournalEvent.Vanished,
            ProcessId = killed,
            BuildTimestamp = journal.ReadIfPossible().FindLast(entry => entry.ProcessId == killed)?.BuildTimestamp ?? default,
            ByProcessId = Environment.ProcessId,
            Reason = $"Process {Environment.ProcessId} killed it, as it was to be stopped by force and did not answer.",
        });
    }

    // Where no process descriptor can be opened, the lock tells: a dying process releases it. Until then its socket may still be reachable.
    private static bool HasLetGo(DaemonAddress address, LockHolder owner, Deadline deadline)
    {
        while (InstanceLock.Probe(address.InstanceLockPath).MayBe(owner))
        {
            if (InstanceLock.Await(address.InstanceLockPath, address.SocketPath, deadline, out _) != HolderState.Gone && deadline.HasPassed)
            {
                return false;
            }
        }

        return true;
    }

    private static DaemonUnresponsiveException Doubt(DaemonAddress address, LockHolder owner, int peer, int saidProcessId)
    {
        string socket = peer == 0 ? "nobody who could be asked serves its socket" : $"its socket is served by process {peer}";
        string said = saidProcessId == 0 ? "it was never asked who it is" : $"the daemon that was last asked was process {saidProcessId}";
        string advice = owner.ProcessId == 0
            ? "End it from where it can be seen: in the container, or the pid namespace, that it runs in, or outside of this one"
            : $"If {owner} is the daemon, end it with 'kill -9 {owner.ProcessId}'";
        return new DaemonUnresponsiveException(
            $"The daemon {address} does not answer, and it is not certain which process it is: its instance lock is held by {owner}, {socket}, and {said}. Nothing was ended. {advice}.");
    }

    private static int Peer(DaemonAddress address)
    {
        if (UnixSocketDialer.TryDial(address.SocketPath, s_dialTimeout, out SocketChannel? channel) != DialResult.Connected)
        {
            return 0;
        }

        using (channel)
        {
            return channel!.Peer.ProcessId;
        }
    }
}
