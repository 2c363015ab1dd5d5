namespace DaemonRpc.Telemetry;

/// <summary>Runs what may run the code of listeners.</summary>
internal static class Guarded
{
    /// <summary>Runs it. A listener that throws must not fail a call or a task, and there is nowhere to report it.</summary>
    public static void Run<T>(T argument, Action<T> listeners)
    {
        try
        {
            listeners(argument);
        }
#pragma warning disable CA1031 // See above.
        catch (Exception)
#pragma warning restore CA1031
        {
        }
    }

    /// <summary>Runs it in the pool: for threads that must not wait for a listener.</summary>
    public static void Later<T>(T argument, Action<T> listeners) =>
        ThreadPool.UnsafeQueueUserWorkItem(static work => Run(work.argument, work.listeners), (argument, listeners), preferLocal: false);
}
