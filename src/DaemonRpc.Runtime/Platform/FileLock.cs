using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace DaemonRpc.Platform;

/// <summary>A flock on a whole file, held as long as any process has the locking descriptor open.</summary>
/// <remarks>
/// Children must share the lock: a client takes the lock, hands the descriptor to the daemon it starts, and may then be killed;
/// the lock lasts until the daemon closes its copy too. Nobody unlocks explicitly, because that would release the lock for all of them.
/// </remarks>
internal sealed class FileLock : IDisposable
{
    private int _descriptor;

    private FileLock(int descriptor) => _descriptor = descriptor;

    /// <summary>The descriptor, for handing to a child. This object still closes it.</summary>
    public int Descriptor => _descriptor;

    /// <summary>Takes the lock if it is free.</summary>
    public static bool TryAcquire(string path, [NotNullWhen(true)] out FileLock? held) => Acquire(path, Constants.LockNonBlocking, out held);

    /// <summary>Takes the lock, waiting up to the timeout for other holders. Returns null if the timeout passes.</summary>
    /// <exception cref="DaemonException">The lock is taken, and the system gives no thread to wait with.</exception>
    public static FileLock? Acquire(string path, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (TryAcquire(path, out FileLock? free))
        {
            return free;
        }

        // The kernel has no flock with a timeout, and polling is unfair. So a thread waits in the kernel's queue. If
        // the caller gives up first, the thread releases the lock as soon as it gets it.
        var turn = new Turn();
        OwnThread.Start("DaemonRpc spawn lock", () => turn.Take(path));
        return turn.Wait(timeout, cancellationToken);
    }

    /// <summary>Writes a text into the file for processes that do not get the lock. Does nothing when the disk is full.</summary>
    public unsafe void Say(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        fixed (byte* first = bytes)
        {
            _ = LibC.Truncate(_descriptor, 0);
            _ = LibC.WriteAt(_descriptor, first, bytes.Length, 0);
        }
    }

    /// <summary>Reads what the lock's holder, or an earlier one, wrote into the file. Returns an empty string if the file cannot be read.</summary>
    public static string Said(string path)
    {
        try
        {
            using var reader = new StreamReader(UnlockedFile.Open(path));
            return reader.ReadToEnd();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    public void Dispose()
    {
        int descriptor = Interlocked.Exchange(ref _descriptor, -1);
        if (descriptor >= 0)
        {
            _ = LibC.Close(descriptor);
        }
    }

    private static bool Acquire(string path, int flags, [NotNullWhen(true)] out FileLock? held)
    {
        int descriptor = LibC.Open(
            path, Constants.OpenReadWrite | Constants.OpenCreate | Constants.OpenCloseOnExec | Constants.OpenNoFollow, 0x180 /* 0600 */);
        if (descriptor < 0)
        {
            throw SystemError.Exception("open", path);
        }

        int result;
        do
        {
            result = LibC.Flock(descriptor, Constants.LockExclusive | flags);
        }
        while (result < 0 && SystemError.Last == Constants.Interrupted);

        if (result == 0)
        {
            held = new FileLock(descriptor);
            return true;
        }

        int error = SystemError.Last;
        _ = LibC.Close(descriptor);
        held = null;
        return error == Constants.WouldBlock ? false : throw SystemError.Exception("lock", path, error);
    }

    /// <summary>Synchronises the waiting thread with its caller. Whichever settles first decides who closes the lock.</summary>
    private sealed class Turn
    {
        private readonly Lock _gate = new();
        private readonly ManualResetEventSlim _settled = new();
        private FileLock? _lock;
        private Exception? _failure;
        private bool _left;

        public void Take(string path)
        {
            FileLock? held = null;
            Exception? failure = null;
            try
            {
                _ = Acquire(path, 0, out held);
            }
            catch (IOException exception)
            {
                failure = exception;
            }

            lock (_gate)
            {
                if (!_left)
                {
                    _lock = held;
                    _failure = failure;
                    _settled.Set();
                    return;
                }
            }

            held?.Dispose();
        }

        public FileLock? Wait(TimeSpan timeout, CancellationToken cancellationToken)
        {
            try
            {
                _ = _settled.Wait(timeout, cancellationToken);
            }
            catch (OperationCanceledException)
            {
                Leave()?.Dispose();
                throw;
            }

            FileLock? held = Leave();
            return _failure is null ? held : throw new IOException(_failure.Message, _failure);
        }

        /// <summary>Ends the wait. Returns the lock if it was granted before, otherwise null.</summary>
        private FileLock? Leave()
        {
            lock (_gate)
            {
                _left = true;
                return _lock;
            }
        }
    }
}
