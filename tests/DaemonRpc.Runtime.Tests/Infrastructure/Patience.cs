using System.Diagnostics;
using DaemonRpc.Launch;

namespace DaemonRpc.Runtime.Tests.Infrastructure;

/// <summary>How long a test waits for what must happen. Generous: it is only used up when something is broken.</summary>
internal static class Patience
{
    public static TimeSpan Limit { get; } = TimeSpan.FromSeconds(20);

    public static Task<T> Soon<T>(this Task<T> task) => task.WaitAsync(Limit, TestContext.Current.CancellationToken);

    public static Task Soon(this Task task) => task.WaitAsync(Limit, TestContext.Current.CancellationToken);

    public static Task<T> Soon<T>(this ValueTask<T> task) => task.AsTask().Soon();

    public static Task Soon(this ValueTask task) => task.AsTask().Soon();

    /// <summary>Runs what blocks on a thread of its own.</summary>
    public static Task<T> InThread<T>(Func<T> work) => BlockingThread.RunAsync("test", work).Soon();

    /// <inheritdoc cref="InThread{T}"/>
    public static Task InThread(Action work) => InThread(() =>
    {
        work();
        return true;
    });

    /// <summary>For what is brought about by another thread and tells nobody.</summary>
    public static void Until(Func<bool> condition)
    {
        long start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < Limit, "What the test waits for did not happen.");
            _ = Thread.Yield();
        }
    }

    /// <summary>Lets real time pass, where the subject reads a clock that cannot be set.</summary>
    public static Task PassAsync(TimeSpan time) => Task.Delay(time);
}
