using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using DaemonRpc.Transport;

namespace DaemonRpc.Runtime.Tests.Transport;

/// <summary>Channels that wait for bytes without a thread each.</summary>
public sealed class ParkedChannelsTests : IDisposable
{
    private readonly ParkedChannels _parked = new();
    private readonly List<(SocketChannel Ours, SocketChannel Theirs)> _pairs = [];

    public void Dispose()
    {
        foreach ((SocketChannel ours, SocketChannel theirs) in _pairs)
        {
            theirs.Shutdown();
            theirs.Dispose();
            ours.Dispose();
        }

        _parked.Close();
    }

    [Fact]
    public async Task Channel_that_can_be_read_is_handed_back()
    {
        (SocketChannel ours, SocketChannel theirs) = Connect();
        Task<bool> ready = Park(ours);
        theirs.Send([7]);

        Assert.False(await ready.Soon());
        Assert.Equal(7, Read(ours));
    }

    [Fact]
    public async Task Bytes_that_came_before_it_was_parked_are_not_overlooked()
    {
        (SocketChannel ours, SocketChannel theirs) = Connect();
        theirs.Send([7]);

        Assert.False(await Park(ours).Soon());
        Assert.Equal(7, Read(ours));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Channel_that_either_side_ends_is_handed_back_as_ended(bool byUs)
    {
        (SocketChannel ours, SocketChannel theirs) = Connect();
        Task<bool> ready = Park(ours);
        (byUs ? ours : theirs).Shutdown();

        Assert.True(await ready.Soon());
        Assert.Equal(0, ours.Receive(new byte[1]));
    }

    [Fact]
    public async Task What_was_said_before_the_end_is_to_be_read_first()
    {
        (SocketChannel ours, SocketChannel theirs) = Connect();
        theirs.Send([7]);
        theirs.Shutdown();

        Assert.False(await Park(ours).Soon());
        Assert.Equal(7, Read(ours));
        Assert.True(await Park(ours).Soon());
    }

    [Fact]
    public async Task Channel_whose_peer_left_without_reading_has_ended()
    {
        (SocketChannel ours, SocketChannel theirs) = Connect();
        Task<bool> ready = Park(ours);
        ours.Send([1]);
        theirs.Dispose();

        Assert.True(await ready.Soon());
        Assert.Equal(0, ours.Receive(new byte[1]));
    }

    [Fact]
    public async Task Many_are_handed_back_at_once()
    {
        List<(SocketChannel Ours, SocketChannel Theirs)> pairs = [.. Enumerable.Range(0, 200).Select(_ => Connect())];
        List<Task<bool>> ready = [.. pairs.Select(pair => Park(pair.Ours))];
        pairs.ForEach(pair => pair.Theirs.Shutdown());

        Assert.All(await Task.WhenAll(ready).Soon(), Assert.True);
    }

    [Fact]
    public async Task Closed_takes_no_more_and_serves_those_it_has()
    {
        (SocketChannel ours, SocketChannel theirs) = Connect();
        Task<bool> ready = Park(ours);
        _parked.Close();
        (SocketChannel late, SocketChannel _) = Connect();

        Assert.False(_parked.TryPark(new Parked(late, _ => { })));
        Assert.False(ready.IsCompleted);
        theirs.Send([7]);
        Assert.False(await ready.Soon());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Whatever_the_order_each_byte_is_read_and_each_end_heard(int seed)
    {
        var random = new Random(seed);
        int[] wanted = [.. Enumerable.Range(0, 20).Select(_ => random.Next(1, 40))];
        var heard = new ConcurrentDictionary<int, int>();
        List<Task> ends = [];
        List<SocketChannel> peers = [];
        for (int i = 0; i < wanted.Length; i++)
        {
            (SocketChannel ours, SocketChannel theirs) = Connect();
            peers.Add(theirs);
            ends.Add(CountAsync(i, ours));
        }

        // While some are read, others are parked, and more bytes come for both.
        await Patience.InThread(() =>
        {
            List<int> left = [.. wanted.SelectMany((count, peer) => Enumerable.Repeat(peer, count))];
            int[] sent = new int[wanted.Length];
            foreach (int peer in left.OrderBy(_ => random.Next()).ToArray())
            {
                peers[peer].Send([1]);
                if (++sent[peer] == wanted[peer])
                {
                    peers[peer].Shutdown();
                }
            }
        });
        await Task.WhenAll(ends).Soon();

        Assert.Equal(wanted, Enumerable.Range(0, wanted.Length).Select(i => heard[i]));

        async Task CountAsync(int index, SocketChannel ours)
        {
            byte[] buffer = new byte[3];
            while (true)
            {
                _ = await Park(ours).Soon();
                int received = ours.Receive(buffer);
                if (received == 0)
                {
                    return;
                }

                _ = heard.AddOrUpdate(index, received, (_, sum) => sum + received);
            }
        }
    }

    private (SocketChannel Ours, SocketChannel Theirs) Connect()
    {
        _pairs.Add(SocketChannels.Create());
        return _pairs[^1];
    }

    private Task<bool> Park(SocketChannel channel)
    {
        var ready = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        Assert.True(_parked.TryPark(new Parked(channel, ready.SetResult)));
        return ready.Task;
    }

    private static byte Read(SocketChannel channel)
    {
        byte[] buffer = new byte[1];
        Assert.Equal(1, channel.Receive(buffer));
        return buffer[0];
    }

    private sealed class Parked(SocketChannel channel, Action<bool> onReady) : IParked
    {
        public SafeHandle Handle => channel.Handle;

        public void OnReady(bool hasEnded) => onReady(hasEnded);
    }
}
