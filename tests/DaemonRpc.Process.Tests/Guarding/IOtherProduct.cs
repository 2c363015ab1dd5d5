namespace DaemonRpc.Process.Tests.Guarding;

/// <summary>The contract of another product, which took the same id.</summary>
[DaemonRpc("daemonrpc.tests.service")]
public interface IOtherProduct
{
    Task<int> DoubleAsync(int number);
}
