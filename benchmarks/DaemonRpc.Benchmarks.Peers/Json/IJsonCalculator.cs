using StreamJsonRpc;

namespace DaemonRpc.Benchmarks.Peers.Json;

/// <summary>The contract. Public, as the proxies are made at run time in an assembly of their own.</summary>
[JsonRpcContract]
public partial interface IJsonCalculator : IDisposable
{
    Task<int> AddAsync(int left, int right);

    Task<byte[]> EchoAsync(byte[] payload);

    Task<IAsyncEnumerable<int>> SendItemsAsync(int count);

    Task<int> TakeItemsAsync(IAsyncEnumerable<int> items);

    Task<IAsyncEnumerable<byte[]>> SendBytesAsync(int count);

    Task<int> TakeBytesAsync(IAsyncEnumerable<byte[]> pieces);

    Task<long> CountAllocatedBytesAsync();
}
