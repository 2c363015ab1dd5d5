using System.Buffers;
using DaemonRpc.Framing;
using DaemonRpc.Protocol;

namespace DaemonRpc.Runtime.Tests.Session;

/// <summary>Our daemon against a client that says exactly what the test tells it to. It must survive, and others not notice.</summary>
public sealed class ServerSessionTests : IDisposable
{
    private readonly TestServer _server = new(new DaemonOptions { MaxFrameBytes = 100_000, IdleTimeout = Timeout.InfiniteTimeSpan });

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task Connection_must_begin_with_a_hello()
    {
        using ScriptedPeer peer = _server.Dial();
        peer.Say(FrameKind.Request, 1, TestServer.Request());

        await EndsAsync(peer, GoodbyeReason.Protocol);
    }

    [Fact]
    public async Task Garbage_ends_only_the_connection_it_came_on()
    {
        using ScriptedPeer honest = await _server.GreetAsync();
        using ScriptedPeer peer = _server.Dial();
        peer.SayBytes([.. Enumerable.Repeat((byte)0xEE, 50)]);

        await EndsAsync(peer, GoodbyeReason.Protocol);
        await AnswersAsync(honest);
    }

    [Theory]
    [InlineData((byte)FrameKind.Welcome, 0)]
    [InlineData((byte)FrameKind.Result, 0)]
    [InlineData((byte)200, 0)]
    [InlineData((byte)FrameKind.Request, 3)]
    [InlineData((byte)FrameKind.Credit, 3)]
    [InlineData((byte)FrameKind.CancelTask, 3)]
    [InlineData((byte)FrameKind.Hello, 0)]
    public async Task Wrong_frame_is_answered_with_a_goodbye(byte kind, int length)
    {
        using ScriptedPeer honest = await _server.GreetAsync();
        using ScriptedPeer peer = await _server.GreetAsync();
        peer.Say((FrameKind)kind, 1, output => output.Write(new byte[length]));

        await EndsAsync(peer, GoodbyeReason.Protocol);
        await AnswersAsync(honest);
    }

    [Fact]
    public async Task Frame_over_the_limit_is_answered_with_a_goodbye()
    {
        using ScriptedPeer peer = await _server.GreetAsync();
        peer.SayBytes(Framing.FrameReaderTests.Frame(FrameKind.Request, 1, [], announced: 100_001));

        Goodbye goodbye = await EndsAsync(peer, GoodbyeReason.Protocol);
        Assert.Contains("100000", goodbye.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ids_must_grow()
    {
        using ScriptedPeer peer = await _server.GreetAsync();
        peer.Say(FrameKind.Request, 5, TestServer.Request());
        _ = await peer.HearAsync(FrameKind.Result);
        peer.Say(FrameKind.Request, 5, TestServer.Request());

        Assert.Equal(5u, (await EndsAsync(peer, GoodbyeReason.Protocol)).LastAdmitted);
    }

    [Fact]
    public async Task Unknown_method_is_an_error_of_that_call_alone()
    {
        using ScriptedPeer peer = await _server.GreetAsync();
        peer.Say(FrameKind.Request, 1, TestServer.Request(method: 0xBAD));

        var error = ErrorMessage.Read((await peer.HearAsync(FrameKind.Error)).Payload);
        Assert.True(error.IsProtocol);
        Assert.Contains("00000bad", error.Message, StringComparison.Ordinal);
        await AnswersAsync(peer);
    }

    [Fact]
    public async Task Client_of_another_contract_is_told_so()
    {
        using ScriptedPeer peer = _server.Dial();
        peer.Say(FrameKind.Hello, 0, (TestServer.Hello with { Contract = "Other.IContract, Other", Program = "other" }).Write);

        Goodbye goodbye = await EndsAsync(peer, GoodbyeReason.Foreign);
        Assert.Contains("Other.IContract, Other", goodbye.Message, StringComparison.Ordinal);
        Assert.Contains(TestServer.Contract.Name, goodbye.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_the_goodbye_no_request_runs()
    {
        int ran = 0;
        _server.Handler.Run = (_, _, _) =>
        {
            _ = Interlocked.Increment(ref ran);
            return default;
        };
        using ScriptedPeer peer = await _server.GreetAsync();
        _server.Daemon.Sessions.SayGoodbye(new Goodbye { Reason = GoodbyeReason.Idle });
        peer.Say(FrameKind.Request, 1, TestServer.Request());
        peer.Say(FrameKind.StatusQuery, 2);

        Assert.Equal(0u, Goodbye.Read((await peer.HearAsync(FrameKind.Goodbye)).Payload).LastAdmitted);
        _ = await peer.HearAsync(FrameKind.Status);
        Assert.Equal(0, ran);
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    public async Task Build_of_an_impossible_time_is_refused_like_any_other(long timestamp)
    {
        using ScriptedPeer peer = await _server.GreetAsync();
        peer.Say(FrameKind.Request, 1, TestServer.Request(build: new BuildIdentity(timestamp, 1)));

        _ = await peer.HearAsync(FrameKind.Refusal);
        Assert.NotEmpty(new BuildIdentity(timestamp, 1).ToString());
    }

    [Fact]
    public async Task Length_over_every_limit_is_refused_though_no_limit_was_set()
    {
        using var server = new TestServer(new DaemonOptions { MaxFrameBytes = int.MaxValue, IdleTimeout = Timeout.InfiniteTimeSpan });
        using ScriptedPeer honest = await server.GreetAsync();
        using ScriptedPeer peer = await server.GreetAsync();
        peer.SayBytes(0xFF, 0xFF, 0xFF, 0xFF, (byte)FrameKind.Request, 1, 0, 0, 0);

        await EndsAsync(peer, GoodbyeReason.Protocol);
        await AnswersAsync(honest);
    }

    private static async Task<Goodbye> EndsAsync(ScriptedPeer peer, GoodbyeReason reason)
    {
        var goodbye = Goodbye.Read((await peer.HearAsync(FrameKind.Goodbye)).Payload);
        Assert.Equal(reason, goodbye.Reason);
        Assert.Null(await peer.HearAsync());
        return goodbye;
    }

    private static async Task AnswersAsync(ScriptedPeer peer)
    {
        peer.Say(FrameKind.Request, 1000, TestServer.Request());
        _ = await peer.HearAsync(FrameKind.Result);
    }
}
