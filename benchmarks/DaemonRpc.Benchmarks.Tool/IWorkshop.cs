namespace DaemonRpc.Benchmarks.Tool;

/// <summary>What else a daemon can do, and what it should not. A daemon of its own, so that the smallest stays small.</summary>
[DaemonRpc("daemonrpc.benchmarks.workshop")]
public partial interface IWorkshop
{
    ValueTask<int> AddAsync(int left, int right);

    Task<byte[]> EchoAsync(byte[] payload);

    /// <summary>So many numbers.</summary>
    IAsyncEnumerable<int> SendItemsAsync(int count);

    /// <summary>So many bytes, a piece at a time.</summary>
    IAsyncEnumerable<byte[]> SendBytesAsync(int count);

    Task TakeBytesAsync(byte[] piece);

    /// <summary>So many bytes, as a stream that is no file.</summary>
    Task<Stream> OpenBytesAsync(int count);

    /// <summary>A file without bytes.</summary>
    Task<Stream> OpenFileAsync();

    /// <summary>Counts the bytes of a stream.</summary>
    Task<int> CountBytesAsync(Stream source);

    /// <summary>Counts the items.</summary>
    Task<int> TakeItemsAsync(IAsyncEnumerable<int> items);

    /// <summary>Uses what its caller has passed: reports so often, counts the items, or asks so often.</summary>
    ValueTask<int> ConverseAsync(int count, IProgress<int>? progress = null, IAsyncEnumerable<int>? items = null, IQuestion? question = null);

    /// <summary>Uses a processor and reports its status all the time.</summary>
    /// <returns>How long it took, and how long a processor worked for it.</returns>
    Task<(long Elapsed, long Processor)> WorkAsync(int rounds);

    /// <summary>Until it is cancelled.</summary>
    Task HoldAsync(CancellationToken cancellationToken);

    /// <summary>Uses a processor until it is ended by force.</summary>
    Task SpinAsync();

    /// <summary>What the daemon's process has allocated since it began.</summary>
    ValueTask<long> CountAllocatedBytesAsync();
}
