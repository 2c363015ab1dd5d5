using StreamJsonRpc;

namespace DaemonRpc.Benchmarks.Peers.Json;

/// <summary>A proxy over a Unix socket.</summary>
internal sealed class JsonClient : MeasuredClient
{
    private readonly string _path;
    private readonly JsonRpc _session;
    private readonly IJsonCalculator _calculator;

    private JsonClient(string path)
    {
        _path = path;
        _session = JsonConnection.Over(SelfLaunch.ConnectOrStart(path, "serve", path, "streamjsonrpc"));
        _calculator = _session.Attach<IJsonCalculator>();
        _session.StartListening();
    }

    public static JsonClient Connect(string path) => new(path);

    public override async ValueTask<int> AddAsync(int left, int right) => await _calculator.AddAsync(left, right);

    public override async ValueTask<byte[]> EchoAsync(byte[] payload) => await _calculator.EchoAsync(payload);

    public override async ValueTask ReceiveItemsAsync(int count)
    {
        int received = await (await _calculator.SendItemsAsync(count)).CountAsync();
        Check(count - received);
    }

    public override async ValueTask SendItemsAsync(int count) => Check(count - await _calculator.TakeItemsAsync(JsonStreams.Items(count)));

    public override async ValueTask ReceiveBytesAsync(int count)
    {
        int received = await (await _calculator.SendBytesAsync(count)).AggregateAsync(0, (sum, piece) => sum + piece.Length);
        Check(count - received);
    }

    public override async ValueTask SendBytesAsync(int count) => Check(count - await _calculator.TakeBytesAsync(JsonStreams.Pieces(count)));

    public override async ValueTask ConnectAndAddAsync()
    {
        await using JsonClient client = Connect(_path);
        _ = await client.AddAsync(1, 2);
    }

    public override async ValueTask<long> CountAllocatedBytesAsync() => await _calculator.CountAllocatedBytesAsync();

    public override ValueTask DisposeAsync()
    {
        _session.Dispose();
        return ValueTask.CompletedTask;
    }

    private static void Check(int missing)
    {
        if (missing != 0)
        {
            throw new InvalidDataException($"{missing} are missing.");
        }
    }
}
