namespace DaemonRpc.Lifecycle;

/// <summary>Runs what blocks on a thread of its own, so that no pool thread is held and a saturated pool delays nothing.</summary>
internal static class BlockingThread
{
    /// <param name="name">The thread's.</param>
    /// <param name="work">What is awaited.</param>
    /// <param name="then">What the thread does with it afterwards, for as long as it takes.</param>
    public static Task<T> RunAsync<T>(string name, Func<T> work, Action<T>? then = null)
    {
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
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
                result.SetException(exception);
                return;
            }

            result.SetResult(done);
            then?.Invoke(done);
        })
        { IsBackground = true, Name = name }.Start();
        return result.Task;
    }
}
