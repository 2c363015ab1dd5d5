using System.Net.Sockets;
using StreamJsonRpc;

namespace DaemonRpc.Benchmarks.Peers.Json;

/// <summary>As little as a daemon can do.</summary>
internal sealed class JsonDaemon : IJsonCalculator
{
    public static async Task RunAsync(string path, string readyDescriptor)
    {
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen(16);
        SelfLaunch.SayReady(readyDescriptor);
        using var idle = new CancellationTokenSource(SelfLaunch.IdleLimit);
        while (!idle.IsCancellationRequested)
        {
            JsonRpc session = JsonConnection.Over(await listener.AcceptAsync(idle.Token));
            session.AddLocalRpcTarget<IJsonCalculator>(new JsonDaemon(), null);
            session.StartListening();
        }
    }

    public Task<int> AddAsync(int left, int right) => Task.FromResult(left + right);

    public Task<byte[]> EchoAsync(byte[] payload) => Task.FromResult(payload);

    public Task<IAsyncEnumerable<int>> SendItemsAsync(int count) => Task.FromResult(JsonStreams.Items(count));

    public async Task<int> TakeItemsAsync(IAsyncEnumerable<int> items) => await items.CountAsync();

    public Task<IAsyncEnumerable<byte[]>> SendBytesAsync(int count) => Task.FromResult(JsonStreams.Pieces(count));

    public async Task<int> TakeBytesAsync(IAsyncEnumerable<byte[]> pieces) => await pieces.AggregateAsync(0, (sum, piece) => sum + piece.Length);

    public Task<long> CountAllocatedBytesAsync() => Task.FromResult(GC.GetTotalAllocatedBytes(precise: true));

    public void Dispose()
    {
    }
}
