using MemoryPack;

namespace DaemonRpc.Hosting.TestDaemon;

/// <summary>The contract of the hosted daemon.</summary>
[DaemonRpc("daemonrpc.tests.workshop")]
public partial interface IWorkshop
{
    /// <summary>Says which services this task got.</summary>
    Task<Visit> VisitAsync();

    /// <summary>Fails.</summary>
    Task FailAsync();

    /// <summary>Runs until it is cancelled, and then does so or, if it is stubborn, not.</summary>
    Task WaitAsync(bool isStubborn, CancellationToken cancellationToken = default);

    /// <summary>Runs until a file exists.</summary>
    Task WaitForFileAsync(string file, CancellationToken cancellationToken = default);

    /// <summary>Counts.</summary>
    IAsyncEnumerable<int> CountAsync(int count, CancellationToken cancellationToken = default);

    /// <summary>Returns bytes, which are copied after the method has returned.</summary>
    Task<Stream> OpenAsync(int size, CancellationToken cancellationToken = default);

    /// <summary>Asks the host to stop.</summary>
    Task StopHostAsync();
}

/// <summary>The services of one task.</summary>
/// <param name="Bench">The number of the scoped service; the first is 1.</param>
/// <param name="Tasks">How many tasks the warm service has seen.</param>
/// <param name="Disposed">How many scoped services were disposed before.</param>
/// <param name="Instance">The daemon's instance.</param>
[MemoryPackable]
public sealed partial record Visit(int Bench, int Tasks, int Disposed, string Instance);
