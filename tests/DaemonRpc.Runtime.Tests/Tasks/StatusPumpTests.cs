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
        var session = new ServerSession(channel, null!, 1000);
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
