using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace DaemonRpc.Benchmarks.Peers.Grpc;

/// <summary>A channel over a Unix socket.</summary>
internal sealed class GrpcClient : MeasuredClient
{
    private readonly string _path;
    private readonly GrpcChannel _channel;
    private readonly GrpcCalculator.GrpcCalculatorClient _calculator;
    private readonly ByteString _piece = UnsafeByteOperations.UnsafeWrap(new byte[PieceSize]);

    private GrpcClient(string path, GrpcChannel channel)
    {
        _path = path;
        _channel = channel;
        _calculator = new GrpcCalculator.GrpcCalculatorClient(channel);
    }

    public static GrpcClient Connect(string path) => new(path, CreateChannel(path));

    public override async ValueTask<int> AddAsync(int left, int right)
    {
        using AsyncUnaryCall<Number> call = _calculator.AddAsync(new Pair { Left = left, Right = right });
        return (await call).Value;
    }

    public override async ValueTask<byte[]> EchoAsync(byte[] payload)
    {
        using AsyncUnaryCall<Payload> call = _calculator.EchoAsync(new Payload { Content = UnsafeByteOperations.UnsafeWrap(payload) });
        return (await call).Content.ToByteArray();
    }

    public override async ValueTask ReceiveItemsAsync(int count)
    {
        using AsyncServerStreamingCall<Number> call = _calculator.SendItems(new Number { Value = count });
        await foreach (Number _ in call.ResponseStream.ReadAllAsync())
        {
            count--;
        }

        Check(count);
    }

    public override async ValueTask SendItemsAsync(int count)
    {
        using AsyncClientStreamingCall<Number, Number> call = _calculator.TakeItems();
        call.RequestStream.WriteOptions = new WriteOptions(WriteFlags.BufferHint);
        for (int item = 0; item < count; item++)
        {
            await call.RequestStream.WriteAsync(new Number { Value = item });
        }

        await call.RequestStream.CompleteAsync();
        Check(count - (await call).Value);
    }

    public override async ValueTask ReceiveBytesAsync(int count)
    {
        using AsyncServerStreamingCall<Payload> call = _calculator.SendBytes(new Number { Value = count });
        await foreach (Payload piece in call.ResponseStream.ReadAllAsync())
        {
            count -= piece.Content.Length;
        }

        Check(count);
    }

    public override async ValueTask SendBytesAsync(int count)
    {
        using AsyncClientStreamingCall<Payload, Number> call = _calculator.TakeBytes();
        for (int sent = 0; sent < count; sent += _piece.Length)
        {
            await call.RequestStream.WriteAsync(new Payload { Content = _piece });
        }

        await call.RequestStream.CompleteAsync();
        Check(count - (await call).Value);
    }

    public override async ValueTask ConnectAndAddAsync()
    {
        await using GrpcClient client = Connect(_path);
        _ = await client.AddAsync(1, 2);
    }

    public override async ValueTask<long> CountAllocatedBytesAsync() => (await _calculator.CountAllocatedBytesAsync(new Number())).Value;

    public override ValueTask DisposeAsync()
    {
        _channel.Dispose();
        return ValueTask.CompletedTask;
    }

    private static GrpcChannel CreateChannel(string path)
    {
        var handler = new SocketsHttpHandler
        {
            ConnectCallback = (_, _) => new ValueTask<Stream>(new System.Net.Sockets.NetworkStream(SelfLaunch.ConnectOrStart(path, "serve", path, "grpc"), ownsSocket: true)),
        };
        return GrpcChannel.ForAddress("http://localhost", new GrpcChannelOptions
        {
            HttpHandler = handler,
            DisposeHttpClient = true,
            MaxReceiveMessageSize = null,
            MaxSendMessageSize = null,
        });
    }

    private static void Check(int missing)
    {
        if (missing != 0)
        {
            throw new InvalidDataException($"{missing} are missing.");
        }
    }
}
