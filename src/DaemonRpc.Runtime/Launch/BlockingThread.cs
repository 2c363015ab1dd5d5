using DaemonRpc.Platform;

namespace DaemonRpc.Launch;

/// <summary>Runs blocking work on its own thread, so that it holds no pool thread and a saturated pool does not delay it.</summary>
internal static class BlockingThread
{
    /// <summary>Runs the work on its own thread.</summary>
    /// <param name="name">The thread's name.</param>
    /// <param name="work">The work whose result is awaited.</param>
    /// <param name="then">What the thread does with the result afterwards, for as long as it takes.</param>
    /// <returns>The work's result. Fails at once with a <see cref="DaemonException"/> when the system gives no thread.</returns>
    public static Task<T> RunAsync<T>(string name, Func<T> work, Action<T>? then = null)
    {
        // The caller continues on a pool thread. Without one, its await would never end.
        if (!PoolThreads.TryHave())
        {
            return Task.FromException<T>(ThreadLimit.Exception());
        }

        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        bool isStarted = OwnThread.TryStart(name, () =>
        {
            T done;
            try
            {
                done = work();
            }
#pragma warning disable CA1031 // Passed on to the awaiting caller.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                PoolThreads.Give(() => result.SetException(exception));
                return;
            }

            PoolThreads.Give(() => result.SetResult(done));
            then?.Invoke(done);
        });
        return isStarted ? result.Task : Task.FromException<T>(ThreadLimit.Exception());
    }
}
