using Google.Protobuf;
using Grpc.Core;

namespace DaemonRpc.Benchmarks.Peers.Grpc;

/// <summary>As little as a daemon can do.</summary>
internal sealed class CalculatorService : GrpcCalculator.GrpcCalculatorBase
{
    private static readonly ByteString s_piece = UnsafeByteOperations.UnsafeWrap(new byte[MeasuredClient.PieceSize]);

    public override Task<Number> Add(Pair request, ServerCallContext context) => Task.FromResult(new Number { Value = request.Left + request.Right });

    public override Task<Payload> Echo(Payload request, ServerCallContext context) => Task.FromResult(request);

    public override async Task SendItems(Number request, IServerStreamWriter<Number> responseStream, ServerCallContext context)
    {
        // A flush for each item would be a write of the system's each.
        responseStream.WriteOptions = new WriteOptions(WriteFlags.BufferHint);
        for (int item = 0; item < request.Value; item++)
        {
            await responseStream.WriteAsync(new Number { Value = item });
        }
    }

    public override async Task<Number> TakeItems(IAsyncStreamReader<Number> requestStream, ServerCallContext context)
    {
        int count = 0;
        while (await requestStream.MoveNext(context.CancellationToken))
        {
            count++;
        }

        return new Number { Value = count };
    }

    public override async Task SendBytes(Number request, IServerStreamWriter<Payload> responseStream, ServerCallContext context)
    {
        for (int sent = 0; sent < request.Value; sent += s_piece.Length)
        {
            await responseStream.WriteAsync(new Payload { Content = s_piece });
        }
    }

    public override async Task<Number> TakeBytes(IAsyncStreamReader<Payload> requestStream, ServerCallContext context)
    {
        int count = 0;
        while (await requestStream.MoveNext(context.CancellationToken))
        {
            count += requestStream.Current.Content.Length;
        }

        return new Number { Value = count };
    }

    public override Task<Count> CountAllocatedBytes(Number request, ServerCallContext context) =>
        Task.FromResult(new Count { Value = GC.GetTotalAllocatedBytes(precise: true) });
}
