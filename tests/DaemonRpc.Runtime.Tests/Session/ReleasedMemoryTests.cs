using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DaemonRpc.CodeGen;
using DaemonRpc.Framing;
using DaemonRpc.Session;

namespace DaemonRpc.Runtime.Tests.Session;

/// <summary>Large objects can be collected after their use, even if no further message comes on the connection.</summary>
public sealed class ReleasedMemoryTests : IDisposable
{
    private const int Large = 3_000_000;

    private readonly TestServer _server = new();

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task Large_request_is_let_go_of_when_it_was_answered()
    {
        WeakReference? bytes = null;
        _server.Handler.Reading = arguments => bytes = ArrayOf(arguments);
        using ScriptedPeer peer = await _server.GreetAsync();

        peer.Say(FrameKind.Request, 1, output =>
        {
            TestServer.Request()(output);
            output.Write(new byte[Large]);
        });
        _ = await peer.HearAsync(FrameKind.Result);

        IsCollected(bytes!);
    }

    [Fact]
    public async Task Large_result_is_let_go_of_when_its_call_is()
    {
        _server.Handler.Run = (_, reply, _) =>
        {
            reply.BeginResult().Write(new byte[Large]);
            return default;
        };
        using ClientSession session = _server.Open();

        IsCollected(await CallAsync(session));
    }

    [Fact]
    public async Task Large_frame_that_had_to_wait_is_let_go_of_when_it_was_sent_and_so_is_its_call()
    {
        using var channel = new ScriptedChannel { Room = 1_000 };
        var queue = new SendQueue(channel);

        (WeakReference bytes, WeakReference call) = Send(queue);
        Assert.True(await Patience.InThread(() => queue.Drain(Patience.Limit)));

        IsCollected(bytes);
        IsCollected(call);
        queue.Close();
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    public void Large_arguments_are_let_go_of_when_they_were_read_or_could_not_be(int count, int readable)
    {
        var reader = new ArgumentReader(null!);

        WeakReference bytes = ReadArguments(reader, count, readable);

        IsCollected(bytes);
        GC.KeepAlive(reader);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference ReadArguments(ArgumentReader reader, int count, int readable)
    {
        // One number; those behind it are missing.
        byte[] bytes = new byte[sizeof(int)];
        reader.Begin(bytes, count);
        for (int index = 0; index < readable; index++)
        {
            Assert.Equal(0, reader.Next<int>());
        }

        if (readable < count)
        {
            _ = Assert.Throws<DaemonProtocolException>(() => reader.Next<int>());
        }

        return new WeakReference(bytes);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<WeakReference> CallAsync(ClientSession session)
    {
        var call = new LargeCall();
        FrameBuffer frame = FrameBuffer.Rent();
        TestServer.Request()(frame);
        Assert.True(session.TryStart(call, FrameKind.Request, frame));
        return await call.Result.Soon();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (WeakReference Bytes, WeakReference Call) Send(SendQueue queue)
    {
        byte[] bytes = new byte[Large];
        var call = new RecordedCall();
        Assert.True(queue.Send(FrameBuffer.Around(bytes, FrameBuffer.Front, Large).Finish(FrameKind.Request, 1), call));
        return (new WeakReference(bytes), new WeakReference(call));
    }

    private static WeakReference ArrayOf(ReadOnlyMemory<byte> bytes)
    {
        Assert.True(MemoryMarshal.TryGetArray(bytes, out ArraySegment<byte> segment));
        return new WeakReference(segment.Array);
    }

    // The thread that let go of it may not have got there yet.
    private static void IsCollected(WeakReference bytes) => Assert.True(SpinWait.SpinUntil(
        () =>
        {
            GC.Collect();
            return !bytes.IsAlive;
        },
        Patience.Limit));

    private sealed class LargeCall : PendingCall
    {
        private readonly TaskCompletionSource<WeakReference> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<WeakReference> Result => _result.Task;

        public override void OnPart(FrameKind kind, ReadOnlySpan<byte> payload) => Unexpected();

        public override void OnEnd(FrameKind kind, ReadOnlySpan<byte> payload) => Unexpected();

        public override void OnLargeEnd(FrameKind kind, ReadOnlyMemory<byte> payload)
        {
            Assert.Equal(Large, payload.Length);
            _result.SetResult(ArrayOf(payload));
        }

        public override void OnClosed(SessionEnd end) => Unexpected();

        private void Unexpected() => _result.TrySetException(new InvalidOperationException("A large result was expected."));
    }
}
