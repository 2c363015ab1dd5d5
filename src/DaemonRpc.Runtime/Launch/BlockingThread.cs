using DaemonRpc.Platform;

namespace DaemonRpc.Launch;

/// <summary>Runs what blocks on a thread of its own, so that no pool thread is held and a saturated pool delays nothing.</summary>
internal static class BlockingThread
{
    /// <summary>Does the work on a thread of its own.</summary>
    /// <param name="name">The thread's.</param>
    /// <param name="work">What is awaited.</param>
    /// <param name="then">What the thread does with it afterwards, for as long as it takes.</param>
    /// <returns>What came of it; failed with a <see cref="DaemonException"/>, at once, when the system gives no thread.</returns>
    public static Task<T> RunAsync<T>(string name, Func<T> work, Action<T>? then = null)
    {
        // Whoever awaits goes on with a thread of the pool. Where there is none the awaiting would never end.
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
#pragma warning disable CA1031 // Handed on to whoever awaits.
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
