namespace DaemonRpc.Runtime.Tests.Infrastructure;

/// <summary>Keeps progress reports where they come: .NET's <see cref="Progress{T}"/> hands them on to other threads.</summary>
internal sealed class Received<T> : IProgress<T>
{
    public List<T> Reports { get; } = [];

    public Action<T>? OnReport { get; set; }

    public void Report(T value)
    {
        OnReport?.Invoke(value);
        Reports.Add(value);
    }
}
