using DaemonRpc.Session;

namespace DaemonRpc.Runtime.Tests.Session;

public sealed class CallTableTests
{
    private readonly CallTable _table = new();

    [Fact]
    public void Call_can_be_taken_only_once()
    {
        var call = new RecordedCall();
        Assert.True(_table.TryAdd(call));

        Assert.True(_table.TryTake(call.Id, out PendingCall? taken));
        Assert.Same(call, taken);
        Assert.False(_table.TryTake(call.Id, out _));
        Assert.False(_table.TryGet(call.Id, out _));
    }

    [Fact]
    public async Task Of_those_who_race_for_a_call_one_gets_it()
    {
        for (int round = 0; round < 200; round++)
        {
            var call = new RecordedCall();
            Assert.True(_table.TryAdd(call));
            using var start = new Barrier(3);
            Task<bool>[] racers = [.. Enumerable.Range(0, 3).Select(_ => Task.Factory.StartNew(
                () => start.SignalAndWait(Patience.Limit) && _table.TryTake(call.Id, out PendingCall? _),
                CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];

            Assert.Single(await Task.WhenAll(racers).Soon(), won => won);
        }
    }

    [Fact]
    public void Ids_grow_from_one()
    {
        RecordedCall[] calls = [new(), new(), new()];

        Assert.All(calls, call => Assert.True(_table.TryAdd(call)));
        Assert.Equal([1u, 2u, 3u], calls.Select(call => call.Id));
    }

    [Fact]
    public void Closed_table_gives_out_those_named_keeps_the_others_and_refuses_calls()
    {
        RecordedCall[] calls = [new(), new(), new()];
        Assert.All(calls, call => Assert.True(_table.TryAdd(call)));

        PendingCall[] taken = _table.CloseAndTake(call => call.Id > 1);

        Assert.Equal([calls[1], calls[2]], taken);
        Assert.True(_table.TryTake(1, out _));
        Assert.False(_table.TryTake(2, out _));
        Assert.False(_table.TryAdd(new RecordedCall()));
    }
}
