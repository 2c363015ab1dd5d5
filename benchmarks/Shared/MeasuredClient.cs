namespace DaemonRpc.Benchmarks;

/// <summary>A contender's client, connected: what every one of them is asked for.</summary>
/// <remarks>Each does it as its users would; what it does by itself is part of what is measured.</remarks>
internal abstract class MeasuredClient : IAsyncDisposable
{
    /// <summary>How much a stream of bytes carries at a time.</summary>
    public const int PieceSize = 64 * 1024;

    /// <summary>How much a call takes to the daemon where no stream does.</summary>
    public const int LargePieceSize = 1_000_000;

    public abstract ValueTask<int> AddAsync(int left, int right);

    /// <summary>As many bytes as it is given, from the daemon.</summary>
    public abstract ValueTask<byte[]> EchoAsync(byte[] payload);

    /// <summary>Takes so many numbers from the daemon, one by one.</summary>
    public abstract ValueTask ReceiveItemsAsync(int count);

    /// <summary>Hands so many numbers to the daemon, one by one.</summary>
    public abstract ValueTask SendItemsAsync(int count);

    /// <summary>Takes so many bytes from the daemon, a piece at a time.</summary>
    public abstract ValueTask ReceiveBytesAsync(int count);

    /// <summary>Hands so many bytes to the daemon, a piece at a time.</summary>
    public abstract ValueTask SendBytesAsync(int count);

    /// <summary>Takes so many bytes from the daemon as a stream of bytes, if the contender has such; otherwise as it takes bytes anyway.</summary>
    public virtual ValueTask ReceiveStreamAsync(int count) => ReceiveBytesAsync(count);

    /// <summary>Hands so many bytes to the daemon as a stream of bytes, if the contender has such; otherwise as it hands bytes anyway.</summary>
    public virtual ValueTask SendStreamAsync(int count) => SendBytesAsync(count);

    /// <summary>A connection of its own, one call, and the end of it.</summary>
    public abstract ValueTask ConnectAndAddAsync();

    /// <summary>What the daemon's process has allocated since it began; below zero if it cannot be asked.</summary>
    public virtual ValueTask<long> CountAllocatedBytesAsync() => new(-1);

    /// <summary>The answer to what this contender alone is asked for.</summary>
    public virtual Task<string> AnswerAsync(string[] question) => throw new NotSupportedException(string.Join(' ', question));

    public abstract ValueTask DisposeAsync();
}
