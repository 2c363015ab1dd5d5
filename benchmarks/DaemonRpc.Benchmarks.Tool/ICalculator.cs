namespace DaemonRpc.Benchmarks.Tool;

/// <summary>As little as a daemon can do.</summary>
[DaemonRpc("daemonrpc.benchmarks.calculator")]
public partial interface ICalculator
{
    ValueTask<int> AddAsync(int left, int right);

    /// <summary>What the daemon's process has allocated since it began.</summary>
    ValueTask<long> CountAllocatedBytesAsync();
}

internal sealed class Calculator : ICalculator
{
    public ValueTask<int> AddAsync(int left, int right) => new(left + right);

    public ValueTask<long> CountAllocatedBytesAsync() => new(GC.GetTotalAllocatedBytes(precise: true));
}
