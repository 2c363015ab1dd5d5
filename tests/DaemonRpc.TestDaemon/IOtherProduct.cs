namespace DaemonRpc.TestDaemon;

/// <summary>The contract of another product, which took the same id.</summary>
[DaemonRpc("daemonrpc.tests.service")]
public partial interface IOtherProduct
{
    Task<int> DoubleAsync(int number);
}
