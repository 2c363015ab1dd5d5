using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using DaemonRpc.Framing;
using DaemonRpc.Tasks;
using DaemonRpc.Transport;

namespace DaemonRpc.Runtime.Tests.Session;

/// <summary>What a daemon keeps for a client that asks and does not read.</summary>
public sealed class UnreadAnswersTests : IDisposable
{
    private const int AnswerSize = 100_000;
    private const int Calls = 200;

    // Two megabytes and a frame may wait, the socket holds some more, and the call that brings it over that, and the one read meanwhile, run.
    private const int MostAhead = 30;

    private readonly TestServer _server = new(new DaemonOptions { MaxFrameBytes = AnswerSize, IdleTimeout = Timeout.InfiniteTimeSpan });
    private SafeHandle? _daemonEnd;
    private int _made;

    public UnreadAnswersTests() => _server.Handler.Run = (_, reply, _) =>
    {
        IBufferWriter<byte> output = reply.BeginResult();
        _ = output.GetSpan(AnswerSize);
        output.Advance(AnswerSize);
        reply.EndResult();
        _ = Interlocked.Increment(ref _made);
        return default;
    };

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task Requests_of_a_client_that_does_not_read_are_left_unread_and_none_is_lost()
    {
        using ScriptedPeer honest = await _server.GreetAsync();
        using ScriptedPeer peer = await GreetAsync();
        for (uint id = 2; id <= Calls; id++)
        {
            peer.Say(FrameKind.Request, id, TestServer.Request());
        }

        // Of others the daemon hears everything meanwhile.
        honest.Say(FrameKind.StatusQuery, 1);
        _ = await honest.HearAsync(FrameKind.Status);
        int results = 1;
        HashSet<uint> answered = [];
        while (answered.Count < Calls - 1)
        {
            HeardFrame? answer = await peer.HearAsync();
            Assert.True(answered.Add(answer!.CallId), $"Call {answer.CallId} was answered twice.");

            // A call that follows one which takes some milliseconds is refused as busy, before that one is answered.
            Assert.True(answer.Kind is FrameKind.Result or FrameKind.Refusal);
            results += answer.Kind == FrameKind.Result ? 1 : 0;
            Assert.InRange(Volatile.Read(ref _made), results, results + MostAhead);
        }

        Assert.Equal(Enumerable.Range(2, Calls - 1).Select(static id => (uint)id), answered.Order());
        Assert.Equal(_made, results);
    }

    [Fact]
    public async Task Client_that_leaves_instead_of_reading_is_noticed()
    {
        using ScriptedPeer peer = await GreetAsync();
        for (uint id = 2; id <= Calls; id++)
        {
            peer.Say(FrameKind.Request, id, TestServer.Request());
        }

        await Patience.InThread(() => Patience.Until(() => Volatile.Read(ref _made) > 1));
        peer.Leave();

        await Patience.InThread(() => Patience.Until(() => _daemonEnd!.IsClosed));
    }

    [Fact]
    public async Task Stream_goes_no_further_than_its_client_reads_however_much_it_allows()
    {
        using ScriptedPeer peer = await GreetAsync();
        _server.Handler.Run = async (method, reply, token) =>
        {
            ItemBatch items = reply.BeginItems();
            while (_made < Calls)
            {
                await items.WaitAsync(token);
                IBufferWriter<byte> output = items.Begin();
                _ = output.GetSpan(AnswerSize);
                output.Advance(AnswerSize);
                items.End();
                _ = Interlocked.Increment(ref _made);
            }

            items.Flush();
            _ = reply.BeginResult();
        };
        peer.Say(FrameKind.Request, 2, TestServer.Request(credit: uint.MaxValue));
        await Patience.InThread(() => Patience.Until(() => Volatile.Read(ref _made) > 10));

        for (int read = 1; read < Calls; read++)
        {
            Assert.InRange(Volatile.Read(ref _made), read, read + MostAhead);
            _ = await peer.HearAsync(FrameKind.Item);
        }

        _ = await peer.HearAsync(FrameKind.Result);
    }

    [Fact]
    public async Task Progress_goes_no_further_than_its_client_reads_however_much_it_allows()
    {
        using ScriptedPeer peer = await GreetAsync();
        _server.Handler.Run = (method, reply, token) =>
        {
            ItemBatch reports = reply.BeginReports();
            for (byte[] report = new byte[AnswerSize]; _made < Calls; _ = Interlocked.Increment(ref _made))
            {
                reports.AddReport(report, reply.TokenSource);
            }

            _ = reply.BeginResult();
            return default;
        };
        peer.Say(FrameKind.Request, 2, TestServer.Request());
        _ = await peer.HearAsync(FrameKind.Progress);
        byte[] all = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(all, int.MaxValue);
        for (int time = 0; time < 4; time++)
        {
            peer.Say(FrameKind.Credit, 2, output => output.Write(all));
        }

        await Patience.InThread(() => Patience.Until(() => Volatile.Read(ref _made) > 10));

        for (int read = 2; read < Calls; read++)
        {
            Assert.InRange(Volatile.Read(ref _made), read - 1, read + MostAhead);
            _ = await peer.HearAsync(FrameKind.Progress);
        }

        _ = await peer.HearAsync(FrameKind.Result);
    }

    // Over a real socket: what goes through memory never has to wait. With a call, as the first takes longer than those that follow.
    private async Task<ScriptedPeer> GreetAsync()
    {
        (SocketChannel client, SocketChannel daemon) = SocketChannels.Create();
        _daemonEnd = daemon.Handle;
        _server.Daemon.Accept(daemon);
        var peer = new ScriptedPeer(client);
        peer.Say(FrameKind.Hello, 0, TestServer.Hello.Write);
        _ = await peer.HearAsync(FrameKind.Welcome);
        peer.Say(FrameKind.Request, 1, TestServer.Request());
        _ = await peer.HearAsync(FrameKind.Result);
        return peer;
    }
}
