using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace DaemonRpc.Runtime.Tests.Fuzzing;

/// <summary>Looks at the whole process, in which nothing else may run: exceptions that nobody caught, memory, descriptors, threads.</summary>
internal sealed class FuzzWatch
{
    private static readonly TimeSpan s_settling = TimeSpan.FromMilliseconds(200);

    private readonly Lock _gate = new();
    private Exception? _uncaught;
    private Exception? _unobserved;
    private int _descriptors;
    private int _threads;
    private long _allocated;

    public FuzzWatch()
    {
        // Such an exception would end the process. Here it is only noted, so that the input can be made smaller.
        ExceptionHandling.SetUnhandledExceptionHandler(exception =>
        {
            lock (_gate)
            {
                _uncaught ??= exception;
            }

            return true;
        });
        TaskScheduler.UnobservedTaskException += (_, unobserved) =>
        {
            lock (_gate)
            {
                _unobserved ??= unobserved.Exception;
            }
        };
    }

    /// <summary>What must be explained first: an exception that would have ended the process. Forgets it.</summary>
    public string? TakeUncaught()
    {
        lock (_gate)
        {
            string? uncaught = _uncaught is null ? null : $"An exception that would have ended the process: {_uncaught}";
            _uncaught = null;
            return uncaught;
        }
    }

    /// <summary>Takes what is there now as what may be there.</summary>
    public void Settle()
    {
        Collect();
        long since = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(since) < s_settling)
        {
            (int descriptors, int threads) = (Descriptors(), Threads());
            if ((descriptors, threads) != (_descriptors, _threads))
            {
                (_descriptors, _threads) = (descriptors, threads);
                since = Stopwatch.GetTimestamp();
            }
        }
    }

    /// <summary>Begins to count what is allocated.</summary>
    public void Begin() => _allocated = GC.GetTotalAllocatedBytes(precise: true);

    /// <summary>Checks what has been allocated since <see cref="Begin"/> for an input.</summary>
    public void CheckAllocation(FuzzInput input)
    {
        long allocated = GC.GetTotalAllocatedBytes(precise: true) - _allocated;
        long allowed = FuzzLimits.Allocation + (FuzzLimits.AllocationPerByte * input.Length);
        Assert.True(allocated <= allowed, $"{input.Length} bytes had {allocated} bytes allocated; {allowed} are allowed.");
    }

    /// <summary>Checks, when everything has been ended, that nothing is left.</summary>
    public void CheckRest()
    {
        // First: a finalizer would close what was forgotten.
        FuzzLimits.Until(() => Descriptors() <= _descriptors, () => $"{Descriptors()} descriptors are open, {_descriptors} were: {string.Join(", ", Open())}");
        FuzzLimits.Until(() => Threads() <= _threads, () => $"{Threads()} threads of the runtime are there, {_threads} were.");
        Collect();
        lock (_gate)
        {
            string? unobserved = _unobserved?.ToString();
            _unobserved = null;
            Assert.True(unobserved is null, $"An exception that nobody observed: {unobserved}");
        }
    }

    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }

    // The runtime opens an assembly when it first needs it, and keeps it open.
    private static IEnumerable<string> Open() => Directory.GetFileSystemEntries("/proc/self/fd")
        .Select(static entry => new FileInfo(entry).LinkTarget ?? "")
        .Where(static target => target.Length > 0 && !target.EndsWith(".dll", StringComparison.Ordinal) && !target.StartsWith("/proc/", StringComparison.Ordinal));

    private static int Descriptors() => Open().Count();

    // The kernel's names of threads have 15 characters.
    private static int Threads()
    {
        int count = 0;
        foreach (string thread in Directory.GetDirectories("/proc/self/task"))
        {
            try
            {
                // One thread of a daemon waits for the deadlines of its tasks, although they have ended. An input may name a year.
                string name = File.ReadAllText(Path.Combine(thread, "comm"));
                count += name.StartsWith("DaemonRpc", StringComparison.Ordinal) && !name.StartsWith("DaemonRpc deadl", StringComparison.Ordinal) ? 1 : 0;
            }
            catch (IOException)
            {
                // It has just ended.
            }
        }

        return count;
    }
}
