using System.Collections.Concurrent;
using System.Threading.Channels;
using DaemonRpc.Framing;
using DaemonRpc.Tasks;

namespace DaemonRpc.Runtime.Tests.Server;

/// <summary>Handlers that give way, report and end when they are told to, and note what they do.</summary>
internal sealed class YieldingHandler
{
    private readonly TestServer _server;
    private readonly ConcurrentDictionary<uint, Channel<Order>> _orders = [];
    private readonly ConcurrentQueue<string> _did = [];

    public YieldingHandler(TestServer server)
    {
        _server = server;
        server.Handler.Run = RunAsync;
    }

    internal enum Order
    {
        Yield,

        /// <summary>Gives way without its token.</summary>
        YieldAnyway,

        /// <summary>Gives way, and does not wait.</summary>
        YieldUnawaited,
        YieldTwice,
        Report,
        Fail,
        End,
    }

    /// <summary>What the handlers did, in order.</summary>
    public string[] Did => [.. _did];

    public void Tell(uint method, params Order[] orders) => Array.ForEach(orders, order => Assert.True(OrdersOf(method).Writer.TryWrite(order)));

    /// <summary>Has a call enter the queue.</summary>
    public static async Task QueueAsync(ScriptedPeer peer, params uint[] calls)
    {
        foreach (uint call in calls)
        {
            peer.Say(FrameKind.Request, call, TestServer.Request(call));
            _ = await HearAsync(peer, FrameKind.Queued, call);
        }
    }

    /// <summary>Reads until a call is told something of that kind.</summary>
    public static async Task<HeardFrame> HearAsync(ScriptedPeer peer, FrameKind kind, uint call)
    {
        HeardFrame? heard;
        do
        {
            heard = await peer.HearAsync();
            Assert.NotNull(heard);
        }
        while (heard.Kind != kind || heard.CallId != call);

        return heard;
    }

    /// <summary>Waits until a handler has done something.</summary>
    public void AwaitThat(string did) => Patience.Until(() => _did.Contains(did));

    private async ValueTask RunAsync(uint method, TaskReply reply, CancellationToken cancellationToken)
    {
        Note($"{method} begins");
        try
        {
            while (await OrdersOf(method).Reader.ReadAsync(cancellationToken) is not Order.End and var order)
            {
                await DoAsync(method, order, cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            Note($"{method} gives up, cancelled {cancellationToken.IsCancellationRequested}");
            throw;
        }

        Note($"{method} ends");
        _ = reply.BeginResult();
    }

    private async ValueTask DoAsync(uint method, Order order, CancellationToken cancellationToken)
    {
        switch (order)
        {
            case Order.Report:
                _server.Daemon.Board.Report($"{method} works", 0.5);
                break;

            case Order.Fail:
                throw new InvalidDataException("Broken.");

            case Order.YieldUnawaited:
                _ = _server.Daemon.Yield.YieldAsync(cancellationToken).AsTask();
                break;

            case Order.YieldTwice:
                Task first = _server.Daemon.Yield.YieldAsync(cancellationToken).AsTask();
                Note($"{method}: {Record.Exception(() => { _ = _server.Daemon.Yield.YieldAsync(cancellationToken).AsTask(); })?.Message}");
                await first;
                break;

            default:
                await _server.Daemon.Yield.YieldAsync(order == Order.Yield ? cancellationToken : default);
                Note($"{method} goes on");
                break;
        }
    }

    private Channel<Order> OrdersOf(uint method) => _orders.GetOrAdd(method, static _ => Channel.CreateUnbounded<Order>());

    private void Note(string did) => _did.Enqueue(did);
}
