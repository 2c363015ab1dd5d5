using DaemonRpc.Framing;
using DaemonRpc.Protocol;
using DaemonRpc.Session;
using DaemonRpc.Transport;

namespace DaemonRpc.Runtime.Tests.Session;

/// <summary>Our client against a daemon that says exactly what the test tells it to.</summary>
public sealed class ClientSessionTests : IDisposable
{
    private readonly IByteChannel _client;
    private readonly ScriptedPeer _daemon;

    public ClientSessionTests()
    {
        (_client, IByteChannel daemon) = InMemoryPair.Create();
        _daemon = new ScriptedPeer(daemon);
    }

    public void Dispose() => _daemon.Dispose();

    [Fact]
    public async Task Goodbye_instead_of_a_welcome_is_handed_out()
    {
        _daemon.Say(FrameKind.Goodbye, 0, new Goodbye { Reason = GoodbyeReason.Foreign, Message = "Not mine." }.Write);

        (ClientSession? session, Goodbye? goodbye) = await OpenAsync();

        Assert.Null(session);
        Assert.Equal("Not mine.", goodbye?.Message);
    }

    [Fact]
    public async Task Daemon_that_leaves_without_a_word_was_never_reached()
    {
        _daemon.Leave();

        Assert.Equal((null, null), await OpenAsync());
    }

    [Fact]
    public async Task Anything_else_in_answer_to_the_hello_is_a_protocol_error()
    {
        _daemon.Say(FrameKind.Result, 0);

        _ = await Assert.ThrowsAsync<DaemonProtocolException>(OpenAsync);
    }

    [Theory]
    [InlineData(10_000)]
    [InlineData(0)]
    public async Task Silence_ends_with_a_timeout_also_when_no_time_is_left(int microseconds)
    {
        (SocketChannel client, SocketChannel daemon) = SocketChannels.Create();
        using (client)
        using (daemon)
        {
            TimeoutException timeout = await Assert.ThrowsAsync<TimeoutException>(() => Patience.InThread(() =>
                ClientSession.Open(client, TestServer.Hello, TimeSpan.FromMicroseconds(microseconds), out _)));
            Assert.Equal("Nothing was received in time.", timeout.Message);
        }
    }

    [Fact]
    public async Task Frame_that_no_daemon_may_send_fails_the_open_calls_and_closes()
    {
        ClientSession session = await WelcomeAsync();
        RecordedCall call = Start(session);

        _daemon.Say(FrameKind.Request, 1);

        SessionEnd end = await call.Closed.Soon();
        _ = Assert.IsType<DaemonProtocolException>(end.Failure);
        Assert.Same(end, await session.Ended.Soon());
        Assert.False(session.IsOpen);
        Assert.False(session.TryStart(new RecordedCall(), FrameKind.Request, FrameBuffer.Rent()));
    }

    [Fact]
    public async Task Frame_cut_by_the_end_of_the_connection_fails_the_open_calls()
    {
        ClientSession session = await WelcomeAsync();
        RecordedCall call = Start(session);

        _daemon.SayBytes(FrameReaderBytes(FrameKind.Result, call.Id)[..^1]);
        _daemon.Leave();

        Assert.IsType<EndOfStreamException>((await call.Closed.Soon()).Failure);
        Assert.True(call.WhollyWritten);
    }

    [Fact]
    public async Task Answer_to_no_call_is_ignored()
    {
        ClientSession session = await WelcomeAsync();
        RecordedCall call = Start(session);

        _daemon.Say(FrameKind.Result, 4711);
        _daemon.Say(FrameKind.Item, 4711);
        _daemon.Say(FrameKind.Result, call.Id);
        _daemon.Say(FrameKind.Result, call.Id);
        _daemon.Leave();

        Assert.Equal(FrameKind.Result, await call.Answer.Soon());
        _ = await session.Ended.Soon();
        Assert.Equal(1, call.Ends);
    }

    [Fact]
    public async Task Goodbye_ends_what_came_after_it_and_leaves_what_was_admitted_to_be_answered()
    {
        ClientSession session = await WelcomeAsync();
        RecordedCall admitted = Start(session);
        RecordedCall late = Start(session);

        _daemon.Say(FrameKind.Goodbye, 0, new Goodbye { Reason = GoodbyeReason.Stopping, LastAdmitted = admitted.Id }.Write);

        Assert.True((await late.Closed.Soon()).NeverAdmitted(late.Id));
        Assert.False(session.TryStart(new RecordedCall(), FrameKind.Request, FrameBuffer.Rent()));
        _daemon.Say(FrameKind.Result, admitted.Id);
        Assert.Equal(FrameKind.Result, await admitted.Answer.Soon());
        Assert.False(session.IsOpen);
        session.Dispose();
    }

    [Fact]
    public async Task Disposing_tells_every_open_call_once()
    {
        ClientSession session = await WelcomeAsync();
        RecordedCall[] calls = [Start(session), Start(session)];

        session.Dispose();
        session.Dispose();

        _ = await session.Ended.Soon();
        Assert.All(calls, call => Assert.Equal(1, call.Ends));
    }

    [Fact]
    public async Task Calls_that_race_with_the_end_are_told_or_refused()
    {
        for (int round = 0; round < 100; round++)
        {
            using var server = new TestServer();
            ClientSession session = server.Open();
            using var start = new Barrier(2);
            Task<List<RecordedCall>> starting = Patience.InThread(() =>
            {
                var started = new List<RecordedCall>();
                _ = start.SignalAndWait(Patience.Limit);
                while (true)
                {
                    var call = new RecordedCall();
                    FrameBuffer frame = FrameBuffer.Rent();
                    TestServer.Request()(frame);
                    if (!session.TryStart(call, FrameKind.Request, frame))
                    {
                        return started;
                    }

                    started.Add(call);
                }
            });
            _ = start.SignalAndWait(Patience.Limit);
            session.Dispose();

            List<RecordedCall> calls = await starting;
            _ = await session.Ended.Soon();
            Assert.All(calls, call => Assert.Equal(1, call.Ends));
        }
    }

    [Fact]
    public async Task Daemon_may_send_as_much_as_it_said()
    {
        Task<(ClientSession? Session, Goodbye? Goodbye)> opening = OpenAsync();
        _ = await _daemon.HearAsync(FrameKind.Hello);
        _daemon.Say(FrameKind.Welcome, 0, new Welcome { MaxFrameBytes = int.MaxValue }.Write);
        ClientSession session = (await opening).Session!;
        RecordedCall call = Start(session);

        // More than the default limit is announced, and then the daemon dies: a disconnect, not a violation.
        _daemon.SayBytes(FrameReaderBytes(FrameKind.Result, call.Id, announced: FrameLimits.Default + 1));
        _daemon.Leave();

        Assert.IsType<EndOfStreamException>((await call.Closed.Soon()).Failure);
    }

    [Fact]
    public async Task Call_that_is_given_up_before_it_was_sent_never_arrives_whole()
    {
        (SocketChannel client, SocketChannel other) = SocketChannels.Create();
        using var daemon = new ScriptedPeer(other);
        daemon.Say(FrameKind.Welcome, 0, new Welcome { MaxFrameBytes = int.MaxValue }.Write);
        ClientSession session = (await Patience.InThread(() => ClientSession.Open(client, TestServer.Hello, Patience.Limit, out _)))!;
        session.StartReading();
        var call = new RecordedCall();
        byte[] bytes = new byte[5_000_000];
        FrameBuffer frame = FrameBuffer.Rent();
        Assert.True(Attachment.TryWrite(frame, bytes));
        Assert.True(await Patience.InThread(() => session.TryStart(call, FrameKind.Request, frame)));

        // From here on its caller may change the bytes.
        session.Abandon(call, new InvalidOperationException("Given up."));

        _ = Assert.IsType<InvalidOperationException>((await call.Closed.Soon()).Failure);
        _ = await daemon.HearAsync(FrameKind.Hello);
        Assert.Null(await daemon.HearAsync());
        _ = await session.Ended.Soon();
    }

    private static byte[] FrameReaderBytes(FrameKind kind, uint callId, int? announced = null) =>
        Framing.FrameReaderTests.Frame(kind, callId, [1, 2, 3], announced);

    [Fact]
    public async Task Session_that_nobody_reads_ends_when_it_is_disposed()
    {
        _daemon.Say(FrameKind.Welcome, 0, new Welcome().Write);
        ClientSession session = await Patience.InThread(() => ClientSession.Open(_client, TestServer.Hello, Patience.Limit, out _)!);
        RecordedCall call = Start(session);

        session.Dispose();

        Assert.True(session.Ended.IsCompletedSuccessfully);
        Assert.Same(await session.Ended, await call.Closed.Soon());

        // The end has been read: there is no more.
        session.Read();
        Assert.Equal(1, call.Ends);
    }

    private static RecordedCall Start(ClientSession session)
    {
        var call = new RecordedCall();
        Assert.True(session.TryStart(call, FrameKind.Request, FrameBuffer.Rent()));
        return call;
    }

    private Task<(ClientSession? Session, Goodbye? Goodbye)> OpenAsync() => Patience.InThread(() =>
    {
        ClientSession? session = ClientSession.Open(_client, TestServer.Hello, Patience.Limit, out Goodbye? goodbye);
        session?.StartReading();
        return (session, goodbye);
    });

    private async Task<ClientSession> WelcomeAsync()
    {
        _daemon.Say(FrameKind.Welcome, 0, new Welcome { MaxFrameBytes = 1000 }.Write);
        return (await OpenAsync()).Session!;
    }
}
