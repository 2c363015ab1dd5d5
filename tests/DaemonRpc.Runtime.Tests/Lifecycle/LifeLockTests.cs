using DaemonRpc.Lifecycle;
using DaemonRpc.Platform;
using DaemonRpc.Transport;

namespace DaemonRpc.Runtime.Tests.Lifecycle;

public sealed class LifeLockTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Path => _folder["daemon.life"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Held_lock_names_its_holder()
    {
        using TestChild child = await TestChild.StartAsync("record-lock", Path);

        Assert.False(LifeLock.TryAcquire(Path, Path + ".sock", TimeSpan.Zero, out _, out int holder));
        Assert.Equal(child.Id, holder);
    }

    [Theory]
    [InlineData(20_000)]
    [InlineData(Timeout.Infinite)]
    public async Task Successor_has_it_when_the_holder_dies(int limit)
    {
        using TestChild child = await TestChild.StartAsync("record-lock", Path);
        Task<bool> waiting = Patience.InThread(() =>
        {
            bool acquired = LifeLock.TryAcquire(Path, Path + ".sock", TimeSpan.FromMilliseconds(limit), out RecordLock? held, out _);
            held?.Dispose();
            return acquired;
        });

        // Whether it waits already makes no difference.
        child.Kill();

        Assert.True(await waiting);
    }

    [Fact]
    public void Lock_that_nobody_holds_is_not_waited_for()
    {
        Assert.Equal(HolderState.Gone, LifeLock.Await(Path, Path + ".sock", new Deadline(Patience.Limit), out int holder));
        Assert.Equal(0, holder);
        Assert.False(File.Exists(Path));
    }

    [Fact]
    public async Task Holder_is_waited_for_until_it_dies_and_the_lock_is_not_taken()
    {
        using TestChild child = await TestChild.StartAsync("record-lock", Path);
        Task<(HolderState State, int Holder)> waiting = AwaitAsync(Patience.Limit);

        child.Kill();

        // Nobody, if it had died before the waiting began.
        (HolderState state, int holder) = await waiting;
        Assert.Equal(HolderState.Gone, state);
        Assert.True(holder == child.Id || holder == 0);
        Assert.Equal(0, RecordLock.Probe(Path));
    }

    [Fact]
    public async Task Holder_that_publishes_its_socket_can_be_asked()
    {
        using TestChild child = await TestChild.StartAsync("record-lock", Path);
        Task<(HolderState State, int Holder)> waiting = AwaitAsync(Patience.Limit);

        using UnixSocketListener listener = UnixSocketListener.Publish(Path + ".sock");

        Assert.Equal((HolderState.Served, child.Id), await waiting);
    }

    [Fact]
    public async Task Holder_that_neither_leaves_nor_listens_is_named_when_the_limit_has_passed()
    {
        using TestChild child = await TestChild.StartAsync("record-lock", Path);

        Assert.Equal((HolderState.Silent, child.Id), await AwaitAsync(TimeSpan.FromMilliseconds(50)));
        Assert.False(child.HasEnded);
    }

    [Fact]
    public async Task Holder_in_this_process_is_waited_for_until_it_lets_go()
    {
        Assert.True(RecordLock.TryAcquire(Path, out RecordLock? held));
        Assert.Equal((HolderState.Silent, Environment.ProcessId), await AwaitAsync(TimeSpan.FromMilliseconds(50)));
        Task<(HolderState State, int Holder)> waiting = AwaitAsync(Patience.Limit);

        held.Dispose();

        // Or it had let go before it was looked at.
        Assert.Equal(HolderState.Gone, (await waiting).State);
    }

    [Fact]
    public void Lock_of_a_file_that_was_removed_is_not_taken_for_the_lock()
    {
        Assert.True(RecordLock.TryAcquire(Path, out RecordLock? held));
        File.Delete(Path);
        Assert.False(held.IsStillAtPath);
        held.Dispose();

        Assert.True(LifeLock.TryAcquire(Path, Path + ".sock", TimeSpan.Zero, out RecordLock? again, out _));
        Assert.True(again.IsStillAtPath);
        again.Dispose();
    }

    private Task<(HolderState State, int Holder)> AwaitAsync(TimeSpan limit) => Patience.InThread(() =>
    {
        HolderState state = LifeLock.Await(Path, Path + ".sock", new Deadline(limit), out int holder);
        return (state, holder);
    });
}
