using DaemonRpc.Launch;
using DaemonRpc.Platform;
using DaemonRpc.Transport;

namespace DaemonRpc.Runtime.Tests.Launch;

public sealed class InstanceLockTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Path => _folder["daemon.life"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Held_lock_names_its_holder()
    {
        using TestChild child = await TestChild.StartAsync("life-lock", Path);

        Assert.False(InstanceLock.TryAcquire(Path, Path + ".sock", TimeSpan.Zero, out _, out LockHolder holder));
        Assert.Equal(child.Id, holder.ProcessId);
    }

    [Theory]
    [InlineData(20_000)]
    [InlineData(Timeout.Infinite)]
    public async Task Successor_has_it_when_the_holder_dies(int limit)
    {
        using TestChild child = await TestChild.StartAsync("life-lock", Path);
        Task<bool> waiting = Patience.InThread(() =>
        {
            bool acquired = InstanceLock.TryAcquire(Path, Path + ".sock", TimeSpan.FromMilliseconds(limit), out InstanceLock? held, out _);
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
        Assert.Equal(HolderState.Gone, InstanceLock.Await(Path, Path + ".sock", new Deadline(Patience.Limit), out LockHolder holder));
        Assert.Equal(LockHolder.Nobody, holder);
        Assert.False(File.Exists(Path));
    }

    [Fact]
    public async Task Holder_is_waited_for_until_it_dies_and_the_lock_is_not_taken()
    {
        using TestChild child = await TestChild.StartAsync("life-lock", Path);
        Task<(HolderState State, int Holder)> waiting = AwaitAsync(Patience.Limit);

        child.Kill();

        // Nobody, if it had died before the waiting began.
        (HolderState state, int holder) = await waiting;
        Assert.Equal(HolderState.Gone, state);
        Assert.True(holder == child.Id || holder == 0);
        Assert.False(InstanceLock.Probe(Path).IsHeld);
    }

    [Fact]
    public async Task Holder_that_publishes_its_socket_can_be_asked()
    {
        using TestChild child = await TestChild.StartAsync("life-lock", Path);
        Task<(HolderState State, int Holder)> waiting = AwaitAsync(Patience.Limit);

        using UnixSocketListener listener = UnixSocketListener.Publish(Path + ".sock");

        Assert.Equal((HolderState.Served, child.Id), await waiting);
    }

    [Fact]
    public async Task Holder_that_neither_leaves_nor_listens_is_named_when_the_limit_has_passed()
    {
        using TestChild child = await TestChild.StartAsync("life-lock", Path);

        Assert.Equal((HolderState.Silent, child.Id), await AwaitAsync(TimeSpan.FromMilliseconds(50)));
        Assert.False(child.HasEnded);
    }

    [Fact]
    public async Task Holder_in_this_process_is_waited_for_until_it_lets_go()
    {
        InstanceLock held = Take();
        Assert.Equal((HolderState.Silent, Environment.ProcessId), await AwaitAsync(TimeSpan.FromMilliseconds(50)));
        Task<(HolderState State, int Holder)> waiting = AwaitAsync(Patience.Limit);

        held.Dispose();

        // Or it had let go before it was looked at.
        Assert.Equal(HolderState.Gone, (await waiting).State);
    }

    [Fact]
    public void Lock_of_a_file_that_was_removed_is_not_taken_for_the_lock()
    {
        InstanceLock held = Take();
        File.Delete(Path);
        Assert.False(held.IsStillAtPath);
        held.Dispose();

        InstanceLock again = Take();
        Assert.True(again.IsStillAtPath);
        again.Dispose();
    }

    [Fact]
    public async Task Holder_whose_folder_was_deleted_keeps_others_out_and_is_named()
    {
        using TestChild child = await TestChild.StartAsync("life-lock", Path);
        Directory.Delete(_folder.Path, recursive: true);
        Assert.Equal((HolderState.Silent, child.Id), await AwaitAsync(TimeSpan.FromMilliseconds(50)));

        _ = Directory.CreateDirectory(_folder.Path);

        Assert.False(InstanceLock.TryAcquire(Path, Path + ".sock", TimeSpan.Zero, out _, out LockHolder holder));
        Assert.Equal((child.Id, true), (holder.ProcessId, holder.IsNamedByKernel));
        Assert.Equal(LockHolder.Nobody, RecordLock.Probe(Path));
    }

    [Fact]
    public async Task Successor_has_it_when_the_holder_whose_folder_was_deleted_dies()
    {
        using TestChild child = await TestChild.StartAsync("life-lock", Path);
        Directory.Delete(_folder.Path, recursive: true);
        _ = Directory.CreateDirectory(_folder.Path);
        Task<bool> waiting = Patience.InThread(() =>
        {
            bool acquired = InstanceLock.TryAcquire(Path, Path + ".sock", Patience.Limit, out InstanceLock? held, out _);
            held?.Dispose();
            return acquired;
        });

        child.Kill();

        Assert.True(await waiting);
    }

    [Fact]
    public async Task Who_waits_while_the_file_is_deleted_goes_on_with_the_new_one()
    {
        using TestChild child = await TestChild.StartAsync("life-lock", Path);
        Task<InstanceLock?> waiting = Patience.InThread(() =>
        {
            _ = InstanceLock.TryAcquire(Path, Path + ".sock", Patience.Limit, out InstanceLock? held, out _);
            return held;
        });

        // Whether it waits already makes no difference.
        File.Delete(Path);
        child.Kill();

        using InstanceLock? acquired = await waiting;
        Assert.True(acquired!.IsStillAtPath && acquired.IsNamed);
    }

    [Fact]
    public async Task Folder_of_another_name_or_place_has_a_lock_of_its_own()
    {
        using TestChild child = await TestChild.StartAsync("life-lock", Path);
        using var other = new TemporaryFolder();
        _ = Directory.CreateDirectory(_folder["inner"]);

        foreach (string path in new[] { other["daemon.life"], System.IO.Path.Combine(_folder["inner"], "daemon.life"), _folder["other.life"] })
        {
            using TestChild free = await TestChild.StartAsync("life-lock", path);
            Assert.Equal("held", free.Answer);
        }
    }

    [Fact]
    public void Lock_that_was_let_go_is_not_taken_by_looking_after_it()
    {
        InstanceLock held = Take();
        held.Dispose();

        held.Renew();

        Assert.True(held.WaitForRelease(TimeSpan.Zero));
        Assert.False(InstanceLock.Probe(Path).IsHeld);
    }

    private Task<(HolderState State, int Holder)> AwaitAsync(TimeSpan limit) => Patience.InThread(() =>
    {
        HolderState state = InstanceLock.Await(Path, Path + ".sock", new Deadline(limit), out LockHolder holder);
        return (state, holder.ProcessId);
    });

    private InstanceLock Take()
    {
        Assert.True(InstanceLock.TryAcquire(Path, Path + ".sock", TimeSpan.Zero, out InstanceLock? held, out _));
        return held;
    }
}
