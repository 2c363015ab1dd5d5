using MemoryPack;

namespace DaemonRpc.TestDaemon;

/// <summary>What the tests make a daemon do.</summary>
[DaemonRpc("daemonrpc.tests.service")]
public partial interface ITestService
{
    Task<int> AddAsync(int left, int right = 1, CancellationToken cancellationToken = default);

    ValueTask<string> EchoAsync(string? text, CancellationToken cancellationToken = default);

    Task<Description> DescribeAsync();

    /// <summary>Counts how often it ran in this daemon process.</summary>
    Task<int> CountAsync();

    /// <summary>Says "holding" and runs until it is cancelled.</summary>
    Task HoldAsync(CancellationToken cancellationToken = default);

    /// <summary>Says "holding" and runs until somebody creates the file.</summary>
    Task HoldUntilAsync(string file, CancellationToken cancellationToken = default);

    /// <summary>Says "spinning" and never ends, cancelled or not.</summary>
    Task SpinAsync();

    Task ThrowAsync(string message);

    /// <summary>Cancels itself, though nobody asked it to.</summary>
    Task CancelItselfAsync();

    IAsyncEnumerable<int> NumbersAsync(int count, CancellationToken cancellationToken = default);

    /// <summary>Yields some numbers, then throws.</summary>
    IAsyncEnumerable<int> FailingNumbersAsync(int count);

    Task<byte[]> BytesAsync(int length);

    Task<int> LengthAsync(byte[] bytes);

    Task<Dictionary<string, List<(int Number, string? Text)>>> GroupAsync(IReadOnlyList<string> words);

    /// <summary>Ends the daemon's process in the middle of the task.</summary>
    Task ExitAsync(int code);
}

[MemoryPackable]
public partial record Description(int ProcessId, string Instance, int CallerProcessId, string CallerDirectory, long Birthday, string? Forwarded);
