using DaemonRpc.Lifecycle;
using DaemonRpc.Platform;

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
}
