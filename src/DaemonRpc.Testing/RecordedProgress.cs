namespace DaemonRpc.Testing;

/// <summary>Keeps the progress reports of a call, in order. All of them are there when the call has ended.</summary>
/// <remarks>Unlike <see cref="Progress{T}"/>, it does not hand reports to another thread, from which they arrive late. Safe from any thread.</remarks>
/// <typeparam name="T">The type of the reports.</typeparam>
public sealed class RecordedProgress<T> : IProgress<T>
{
    private readonly Lock _gate = new();
    private readonly List<T> _values = [];

    /// <summary>A copy of the reports so far, oldest first.</summary>
    public IReadOnlyList<T> Values
    {
        get
        {
            lock (_gate)
            {
                return [.. _values];
            }
        }
    }

    /// <summary>Keeps a report.</summary>
    /// <param name="value">The report.</param>
    public void Report(T value)
    {
        lock (_gate)
        {
            _values.Add(value);
        }
    }
}
