namespace DaemonRpc.Platform;

/// <summary>Starts a thread with this name. Returns false when the system gives none. Tests replace it to control when each thread runs.</summary>
internal delegate bool StartThread(string name, Action work);

/// <summary>Starts all of this library's threads, and reports when the system gives none.</summary>
/// <remarks>
/// Threads are limited per user, per container and per service. At the limit <see cref="Thread.Start()"/> throws <see
/// cref="OutOfMemoryException"/>, which would end the process. So every thread starts here, and its caller decides what to do without one.
/// </remarks>
internal static class OwnThread
{
    /// <summary>A stack size that suffices for a thread that runs only this library's code.</summary>
    public const int SmallStack = 128 * 1024;

    /// <summary>Starts a background thread, which does not keep the process alive. Returns false when the system gives no thread.</summary>
    /// <param name="name">The thread's name, for debuggers.</param>
    /// <param name="work">What the thread runs.</param>
    /// <param name="stackSize">The largest stack size in bytes; 0 for the process's default, which user code needs.</param>
    public static bool TryStart(string name, Action work, int stackSize = 0)
    {
        LockStatics.Settle();
        try
        {
            // Unsafe: the thread would otherwise keep its starter's execution context alive, and show it to handlers.
            new Thread(() => work(), stackSize) { IsBackground = true, Name = name }.UnsafeStart();
            return true;
        }
        catch (Exception exception) when (IsShortage(exception))
        {
            PoolThreads.Cap();
            return false;
        }
    }

    /// <summary>Starts a background thread, which does not keep the process alive.</summary>
    /// <exception cref="DaemonException">The system gives no thread. The message names the limits.</exception>
    public static void Start(string name, Action work, int stackSize = 0)
    {
        if (!TryStart(name, work, stackSize))
        {
            throw ThreadLimit.Exception();
        }
    }

    /// <summary>Returns whether the exception is one that .NET throws when the system gives no thread.</summary>
    public static bool IsShortage(Exception exception) => exception is OutOfMemoryException or ThreadStartException;
}
