namespace DaemonRpc.Calls;

/// <summary>The execution context of code that waits for a thread of ours, for the one piece of work that it waits for.</summary>
/// <remarks>So that spans and log messages of that work belong where the caller's do. Nothing of the context stays with the thread.</remarks>
internal sealed class CallersContext
{
    private ExecutionContext? _context = ExecutionContext.Capture();

    /// <summary>Runs the work. Only once.</summary>
    public T Run<T>(Func<T> work)
    {
        ExecutionContext? context = Interlocked.Exchange(ref _context, null);
        if (context is null)
        {
            return work();
        }

        T result = default!;
        ExecutionContext.Run(context, _ => result = work(), null);
        return result;
    }
}
