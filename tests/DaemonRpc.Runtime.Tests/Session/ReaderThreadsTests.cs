using DaemonRpc.Framing;
using DaemonRpc.Session;
using DaemonRpc.Transport;

namespace DaemonRpc.Runtime.Tests.Session;

/// <summary>How long a connection that has not called keeps its thread.</summary>
public sealed class ReaderThreadsTests : IDisposable
{
    // So many may keep theirs for long.
    private const int Few = 8;

    private readonly TestServer _server = new();
    private readonly ReaderThreads _threads = new();
    private readonly List<ScriptedPeer> _peers = [];

    public void Dispose()
    {
        _peers.ForEach(peer => peer.Dispose());
        _threads.Close();
        _server.Dispose();
    }

    [Fact]
    public void Few_connections_keep_their_threads_for_longer_than_many()
    {
        for (int i = 0; i < Few; i++)
        {
            Assert.Equal(ReaderThreads.LongSilence, _threads.BeginLingering());
        }

        Assert.Equal(ReaderThreads.ShortSilence, _threads.BeginLingering());
        _threads.EndLingering();
        _threads.EndLingering();
        Assert.Equal(ReaderThreads.LongSilence, _threads.BeginLingering());
    }

    [Fact]
    public async Task Connection_that_has_called_or_is_parked_or_has_ended_is_not_among_them()
    {
        for (int i = 0; i < Few; i++)
        {
            await CallAsync(await GreetAsync());
            _ = await GreetAsync();
            (await GreetAsync()).Dispose();
        }

        Patience.Until(NoneLingers);

        // Nor are they when they have been heard again.
        foreach (ScriptedPeer silent in _peers.Where((_, index) => index % 3 == 1))
        {
            silent.Say(FrameKind.StatusQuery, 1);
            _ = await silent.HearAsync(FrameKind.Status);
        }

        Patience.Until(NoneLingers);
    }

    private static async Task CallAsync(ScriptedPeer peer)
    {
        peer.Say(FrameKind.Request, 1, TestServer.Request());
        _ = await peer.HearAsync(FrameKind.Result);
    }

    private bool NoneLingers()
    {
        bool[] areFew = [.. Enumerable.Range(0, Few).Select(_ => _threads.BeginLingering() == ReaderThreads.LongSilence)];
        Array.ForEach(areFew, _ => _threads.EndLingering());
        return areFew.All(isFew => isFew);
    }

    private async Task<ScriptedPeer> GreetAsync()
    {
        (SocketChannel theirs, SocketChannel ours) = SocketChannels.Create();
        var peer = new ScriptedPeer(theirs);
        _peers.Add(peer);
        new ServerSession(ours, _server.Daemon, FrameLimits.Default, _threads).Start();
        peer.Say(FrameKind.Hello, 0, TestServer.Hello.Write);
        _ = await peer.HearAsync(FrameKind.Welcome);
        return peer;
    }
}
