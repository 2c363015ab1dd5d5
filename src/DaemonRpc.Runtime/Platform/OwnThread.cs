namespace DaemonRpc.Platform;

/// <summary>Has a thread of that name do the work. False when there is none for it. Tests decide themselves when each goes on.</summary>
internal delegate bool StartThread(string name, Action work);

/// <summary>Starts every thread of ours, or says that the system gives none.</summary>
/// <remarks>
/// The number of threads is limited: per user, per container, per service. At the limit <see cref="Thread.Start()"/> throws
/// <see cref="OutOfMemoryException"/>, which would end the process from wherever it happened. So whoever wants a thread gets it
/// here, and says what is to be done without one.
/// </remarks>
internal static class OwnThread
{
    /// <summary>Enough for a thread that runs code of ours only.</summary>
    public const int SmallStack = 128 * 1024;

    /// <summary>Starts a thread that does not keep the process alive. False when the system gives no thread.</summary>
    /// <param name="name">For whoever looks at the process.</param>
    /// <param name="work">What it does.</param>
    /// <param name="stackSize">How large its stack may become; 0 for the process's default, as user code needs.</param>
    public static bool TryStart(string name, Action work, int stackSize = 0)
    {
        LockStatics.Settle();
        try
        {
            // Without the context of whoever happens to be here: it would be kept alive, and met by handlers, for as long as the thread lives.
            new Thread(() => work(), stackSize) { IsBackground = true, Name = name }.UnsafeStart();
            return true;
        }
        catch (Exception exception) when (IsShortage(exception))
        {
            PoolThreads.Cap();
            return false;
        }
    }

    /// <summary>Starts a thread that does not keep the process alive.</summary>
    /// <exception cref="DaemonException">The system gives no thread. Names the limits.</exception>
    public static void Start(string name, Action work, int stackSize = 0)
    {
        if (!TryStart(name, work, stackSize))
        {
            throw ThreadLimit.Exception();
        }
    }

    /// <summary>Whether an exception is what the runtime throws for want of a thread.</summary>
    public static bool IsShortage(Exception exception) => exception is OutOfMemoryException or ThreadStartException;
}
