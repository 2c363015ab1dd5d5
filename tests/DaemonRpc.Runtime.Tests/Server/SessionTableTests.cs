using System.Buffers;
using DaemonRpc.Framing;
using DaemonRpc.Protocol;
using DaemonRpc.Transport;

namespace DaemonRpc.Runtime.Tests.Server;

/// <summary>What becomes of the answers that a daemon which ends owes to slow clients.</summary>
public sealed class SessionTableTests : IDisposable
{
    private const int AnswerSize = 8_000_000;
    private const int Steps = 12;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    private readonly TestServer _server = new();

    public SessionTableTests() => _server.Handler.Run = static (_, reply, _) =>
    {
        IBufferWriter<byte> output = reply.BeginResult();
        _ = output.GetSpan(AnswerSize);
        output.Advance(AnswerSize);
        reply.EndResult();
        return default;
    };

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task Answer_reaches_a_client_that_takes_longer_than_the_patience_in_all()
    {
        using ScriptedPeer peer = await AskAsync();
        Task leaving = LeaveAsync(s_patience);

        byte[] answer = new byte[AnswerSize];
        int received = 0;
        for (int step = 1; step <= Steps; step++)
        {
            int goal = (int)((long)AnswerSize * step / Steps);
            while (received < goal)
            {
                int count = await Patience.InThread(() => peer.Channel.Receive(answer.AsSpan(received, goal - received)));
                Assert.NotEqual(0, count);
                received += count;
            }

            await Patience.PassAsync(s_patience / Steps * 2);
        }

        await leaving;
    }

    [Fact]
    public async Task Client_that_takes_nothing_is_given_up()
    {
        using ScriptedPeer peer = await AskAsync();
        using ScriptedPeer other = await AskAsync();

        await LeaveAsync(TimeSpan.FromMilliseconds(100));
    }

    [Fact]
    public async Task Client_that_leaves_is_not_waited_for()
    {
        using ScriptedPeer peer = await AskAsync();
        Task leaving = LeaveAsync(Timeout.InfiniteTimeSpan);

        peer.Leave();

        await leaving;
    }

    // The end of a daemon's process, which the answer outlives only if the client has it.
    private Task LeaveAsync(TimeSpan patience) => Patience.InThread(() =>
    {
        _server.Daemon.Sessions.SayGoodbye(new Goodbye { Reason = GoodbyeReason.Stopping, Message = "Asked to stop." });
        _server.Daemon.Sessions.DrainPatiently(patience);
        _server.Daemon.Sessions.CloseAll();
    });

    // A client whose answer is being sent, and which has read the first byte of it.
    private async Task<ScriptedPeer> AskAsync()
    {
        // Over a real socket: what goes through memory never has to wait.
        (SocketChannel client, SocketChannel daemon) = SocketChannels.Create();
        _server.Daemon.Accept(daemon);
        ScriptedPeer peer = new(client);
        peer.Say(FrameKind.Hello, 0, TestServer.Hello.Write);
        _ = await peer.HearAsync(FrameKind.Welcome);
        peer.Say(FrameKind.Request, 1, TestServer.Request());
        Assert.Equal(1, await Patience.InThread(() => peer.Channel.Receive(new byte[1])));
        return peer;
    }
}
