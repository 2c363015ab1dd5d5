using StreamJsonRpc;

namespace DaemonRpc.Benchmarks.Peers.Json;

/// <summary>What travels as a stream, with as much read ahead as is good for it: by default each item is a round trip.</summary>
internal static class JsonStreams
{
    private static readonly JsonRpcEnumerableSettings s_small = new() { MinBatchSize = 1_000, MaxReadAhead = 10_000 };
    private static readonly JsonRpcEnumerableSettings s_large = new() { MinBatchSize = 4, MaxReadAhead = 16 };

    public static IAsyncEnumerable<int> Items(int count) => Enumerable.Range(0, count).ToAsyncEnumerable().WithJsonRpcSettings(s_small);

    public static IAsyncEnumerable<byte[]> Pieces(int count) =>
        Enumerable.Repeat(new byte[MeasuredClient.PieceSize], count / MeasuredClient.PieceSize).ToAsyncEnumerable().WithJsonRpcSettings(s_large);
}
