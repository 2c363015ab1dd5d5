namespace DaemonRpc.Logging;

/// <summary>Holds off whoever in this process writes through <see cref="Console"/>, our own logger among them.</summary>
internal static class ConsolePause
{
    // User code may hold a writer's lock for as long as it likes, and whoever pauses has other things to do than wait for it.
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(100);

    /// <summary>Runs something meanwhile. It runs too if a writer does not let go of its lock: then only that one is not held off.</summary>
    public static void Run(Action action)
    {
        // The console's writers are synchronized ones, which lock themselves while they write.
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
