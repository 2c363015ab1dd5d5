namespace DaemonRpc.TestDaemon;

/// <summary>Gets the reports of a call where they come: .NET's <see cref="Progress{T}"/> hands them on to other threads.</summary>
internal sealed class Reports<T>(Action<T> onReport) : IProgress<T>
{
    public void Report(T value) => onReport(value);
}
