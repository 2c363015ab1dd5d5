namespace DaemonRpc.Logging;

/// <summary>Keeps this process's writers of <see cref="Console"/>, including our own logger, from writing.</summary>
internal static class ConsolePause
{
    // User code may hold a writer's lock for any time, and the caller cannot wait for that.
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Runs an action while the writers are held off. If a writer does not release its lock in time, the action runs anyway and that writer is not held off.
    /// </summary>
    public static void Run(Action action)
    {
        // The console's writers are synchronized: they lock themselves while they write.
        TextWriter output = Console.Out;
        TextWriter error = Console.Error;
        bool hasOutput = Monitor.TryEnter(output, s_patience);
        bool hasError = Monitor.TryEnter(error, s_patience);
        try
        {
            action();
        }
        finally
        {
            if (hasError)
            {
                Monitor.Exit(error);
            }

            if (hasOutput)
            {
                Monitor.Exit(output);
            }
        }
    }
}
