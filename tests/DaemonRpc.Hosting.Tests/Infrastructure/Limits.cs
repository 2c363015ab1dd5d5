namespace DaemonRpc.Hosting.Tests.Infrastructure;

/// <summary>How long a test waits for what must happen: never reached unless something is broken.</summary>
internal static class Limits
{
    public static TimeSpan Generous { get; } = TimeSpan.FromSeconds(60);

    public static Task InTime(this Task task) => task.WaitAsync(Generous);

    public static Task<T> InTime<T>(this Task<T> task) => task.WaitAsync(Generous);

    public static Task<T> InTime<T>(this ValueTask<T> task) => task.AsTask().WaitAsync(Generous);
}
