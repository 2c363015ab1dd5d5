using System.Buffers;
using System.Runtime.CompilerServices;
using DaemonRpc.Calls;
using DaemonRpc.CodeGen;
using DaemonRpc.Framing;
using DaemonRpc.Protocol;
using DaemonRpc.Session;
using DaemonRpc.Tasks;

namespace DaemonRpc.Runtime.Tests.Calls;

/// <summary>What a review of asks, callbacks and giving way has found.</summary>
public sealed class ReviewTests
{
    [Fact]
    public async Task Long_stream_of_the_caller_uses_up_no_credit_for_good()
    {
        const int Count = 40_000;
        var handler = new Sample
        {
            Import = static async (pieces, _, cancellationToken) =>
            {
                int count = 0;
                await foreach (byte[] piece in pieces!.WithCancellation(cancellationToken))
                {
                    count += piece.Length > 0 ? 1 : 0;
                }

                return $"{count}";
            },
        };
        await using var client = SampleClient.InProcess(handler);
        byte[] piece = new byte[9000];

        Assert.Equal($"{Count}", await client.ImportAsync(Pieces()));

        async IAsyncEnumerable<byte[]> Pieces([EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            for (int number = 0; number < Count; number++)
            {
                if (number % 1000 == 0)
                {
                    await Task.Yield();
                }

                yield return piece;
            }
        }
    }
}
