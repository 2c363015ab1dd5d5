using DaemonRpc.Framing;
using DaemonRpc.Protocol;
using DaemonRpc.Session;
using DaemonRpc.Tasks;

namespace DaemonRpc.Runtime.Tests.Tasks;

public sealed class StatusPumpTests
{
    [Fact]
    public async Task Watcher_that_fell_behind_gets_the_last_status_all_the_same()
    {
        using var channel = new ScriptedChannel { Room = 0 };
        channel.PeerReads.Reset();
        var session = new ServerSession(channel, null!, 1000, new ReaderThreads());
        var board = new StatusBoard();
        var pump = new StatusPump(board);
        pump.Add(session, 5);
        Assert.False(session.HasNothingToSend);

        board.Stopping("That was all.");
        pump.Close();
        channel.PeerReads.Set();
        await Patience.InThread(() => session.Drain(Patience.Limit));

        Assert.Equal("That was all.", Statuses(channel)[^1].Message);
    }

    [Fact]
    public async Task Every_watcher_gets_the_current_status_first_and_the_rest_in_order()
    {
        using var server = new TestServer();
        using ScriptedPeer early = await server.GreetAsync();
        early.Say(FrameKind.StatusQuery, 1, output => Watch(output));
        Assert.Equal(DaemonState.Ready, StatusMessage.Read((await early.HearAsync(FrameKind.Status)).Payload).State);

        early.Say(FrameKind.Request, 2, TestServer.Request());
        server.Daemon.Shutdown.Begin(GoodbyeReason.Stopping, "Leaving.");
        server.Daemon.Close();

        long last = 0;
        while (true)
        {
            HeardFrame heard = (await early.HearAsync())!;
            if (heard.Kind != FrameKind.Status)
            {
                continue;
            }

            DaemonStatus status = StatusMessage.Read(heard.Payload);
            Assert.True(status.Sequence > last);
            last = status.Sequence;
            if (status.State == DaemonState.Stopping)
            {
                break;
            }
        }
    }

    [Fact]
    public async Task Watcher_that_takes_nothing_is_disconnected_and_others_are_not()
    {
        using var deaf = new ScriptedChannel { Room = 0 };
        deaf.PeerReads.Reset();
        using var hearing = new ScriptedChannel();
        var stalled = new TaskCompletionSource<ServerSession>(TaskCreationOptions.RunContinuationsAsynchronously);
        var board = new StatusBoard();
        var pump = new StatusPump(board, session => stalled.TrySetResult(session), TimeSpan.FromMilliseconds(1));
        var deafSession = new ServerSession(deaf, null!, 1000, new ReaderThreads());
        pump.Add(new ServerSession(hearing, null!, 1000, new ReaderThreads()), 4);
        pump.Add(deafSession, 5);

        Assert.Same(deafSession, await stalled.Task.Soon());

        // Ending the connection is what lets the one who waits to send go on.
        Assert.True(await Patience.InThread(() => deaf.PeerReads.Wait(Patience.Limit)));
        Assert.True(hearing.PeerReads.IsSet);
        board.Stopping("That was all.");
        pump.Close();
        Assert.Equal("That was all.", Statuses(hearing)[^1].Message);
    }

    [Fact]
    public async Task Watcher_that_takes_a_little_now_and_then_is_left_alone()
    {
        using var slow = new ScriptedChannel { Room = 0 };
        slow.PeerReads.Reset();
        var session = new ServerSession(slow, null!, 1000, new ReaderThreads());
        int stalled = 0;
        var pump = new StatusPump(new StatusBoard(), _ => stalled++, TimeSpan.FromHours(1));
        pump.Add(session, 5);

        // The pump's own thread does one round at most, which here counts as one as well.
        Rounds(490);
        await TakeOneAsync();
        Rounds(490);
        Assert.Equal(0, stalled);
        Rounds(20);
        Assert.Equal(1, stalled);
        pump.Close();

        void Rounds(int count)
        {
            for (int round = 0; round < count; round++)
            {
                _ = pump.Round();
            }
        }

        // What is taken is the frame that the sender waits with; then it is given another.
        async Task TakeOneAsync()
        {
            long taken = session.Taken;
            StatusPump.Send(session, 5, new StatusBoard().Current);
            slow.Taking = _ => slow.PeerReads.Reset();
            slow.PeerReads.Set();
            await Patience.InThread(() => Patience.Until(() => session.Taken > taken));
            Assert.False(session.HasNothingToSend);
        }
    }

    [Fact]
    public void Watch_that_goes_on_is_told_only_what_is_newer()
    {
        using var channel = new ScriptedChannel();
        var board = new StatusBoard();
        board.Ready();
        board.Busy(Admission.NewTask().Description);
        board.TaskEnded("It broke.");
        var pump = new StatusPump(board);

        pump.Add(new ServerSession(channel, null!, 1000, new ReaderThreads()), 5, after: 2);
        pump.Close();

        Assert.Equal([3L, 4], Statuses(channel).Select(status => status.Sequence));
    }

    [Fact]
    public void Where_there_is_no_thread_whoever_looks_makes_a_round_until_there_is_one()
    {
        using var channel = new ScriptedChannel();
        var board = new StatusBoard();
        bool isThereAThread = false;
        int asked = 0;
        var pump = new StatusPump(board, startThread: (_, _) =>
        {
            asked++;
            return isThereAThread;
        });
        pump.Look();
        Assert.Equal(0, asked);
        pump.Add(new ServerSession(channel, null!, 1000, new ReaderThreads()), 5);
        board.Ready();
        Assert.Single(Statuses(channel));

        pump.Look();
        Assert.Equal(DaemonState.Ready, Statuses(channel)[^1].State);
        Assert.Equal(2, asked);

        isThereAThread = true;
        pump.Look();
        board.Busy(Admission.NewTask().Description);
        pump.Look();
        Assert.Equal(DaemonState.Ready, Statuses(channel)[^1].State);
        Assert.Equal(3, asked);
    }

    [Fact]
    public void Closed_pump_makes_no_more_rounds()
    {
        using var channel = new ScriptedChannel();
        int asked = 0;
        var pump = new StatusPump(new StatusBoard(), startThread: (_, _) => asked++ < 0);
        pump.Add(new ServerSession(channel, null!, 1000, new ReaderThreads()), 5);
        pump.Close();

        pump.Look();

        Assert.Equal(1, asked);
        Assert.Single(Statuses(channel));
    }

    private static void Watch(System.Buffers.IBufferWriter<byte> output)
    {
        output.GetSpan(1)[0] = 1;
        output.Advance(1);
    }

    private static List<DaemonStatus> Statuses(ScriptedChannel channel)
    {
        var statuses = new List<DaemonStatus>();
        var reader = new FrameReader(new ScriptedChannel(channel.Sent));
        while (reader.TryRead(out _, out ReadOnlySpan<byte> payload))
        {
            statuses.Add(StatusMessage.Read(payload));
        }

        return statuses;
    }
}
