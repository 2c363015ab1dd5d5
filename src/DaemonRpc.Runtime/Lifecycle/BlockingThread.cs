namespace DaemonRpc.Lifecycle;

/// <summary>Runs what blocks on a thread of its own, so that no pool thread is held and a saturated pool delays nothing.</summary>
internal static class BlockingThread
{
    public static Task<T> RunAsync<T>(string name, Func<T> work)
    {
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            try
            {
                result.SetResult(work());
            }
#pragma warning disable CA1031 // Handed on to whoever awaits.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                result.SetException(exception);
            }
        })
        { IsBackground = true, Name = name }.Start();
        return result.Task;
    }
}
