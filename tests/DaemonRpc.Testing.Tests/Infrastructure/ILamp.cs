namespace DaemonRpc.Testing.Tests.Infrastructure;

/// <summary>A small contract, whose handlers are counted.</summary>
[DaemonRpc("daemonrpc.tests.lamp")]
public partial interface ILamp
{
    /// <summary>Counts how often this lamp has flashed.</summary>
    Task<int> FlashAsync(CancellationToken cancellationToken = default);
}
