using DaemonRpc.Platform;

namespace DaemonRpc.Runtime.Tests.Platform;

public sealed class FileLockTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Path => _folder["lock"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Another_process_holds_it_until_it_dies()
    {
        using TestChild child = await TestChild.StartAsync("file-lock", Path);
        Assert.False(FileLock.TryAcquire(Path, out _));
        Assert.Null(FileLock.Acquire(Path, TimeSpan.FromMilliseconds(10), CancellationToken.None));
        Task<bool> waiting = Patience.InThread(() =>
        {
            using FileLock? held = FileLock.Acquire(Path, Patience.Limit, CancellationToken.None);
            return held is not null;
        });
        child.Kill();

        Assert.True(await waiting);
    }

    [Fact]
    public async Task Who_gave_up_waiting_does_not_get_it_later()
    {
        Assert.True(FileLock.TryAcquire(Path, out FileLock? held));
        Assert.Null(FileLock.Acquire(Path, TimeSpan.FromMilliseconds(10), CancellationToken.None));
        held.Dispose();

        using FileLock? next = await Patience.InThread(() => FileLock.Acquire(Path, Patience.Limit, CancellationToken.None));
        Assert.NotNull(next);
    }

    [Fact]
    public async Task Cancelled_while_waiting_holds_nothing()
    {
        Assert.True(FileLock.TryAcquire(Path, out FileLock? held));
        using var cancel = new CancellationTokenSource();
        Task waiting = Patience.InThread(() => FileLock.Acquire(Path, Patience.Limit, cancel.Token));
        await cancel.CancelAsync();
        _ = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        held.Dispose();

        using FileLock? next = await Patience.InThread(() => FileLock.Acquire(Path, Patience.Limit, CancellationToken.None));
        Assert.NotNull(next);
    }

    [Fact]
    public async Task Lock_that_is_handed_out_is_held_though_the_token_is_cancelled_meanwhile()
    {
        for (int round = 0; round < 50; round++)
        {
            // Waits, because the thread of a call that gave up in an earlier round may hold the lock for a moment.
            FileLock? held = await Patience.InThread(() => FileLock.Acquire(Path, Patience.Limit, CancellationToken.None));
            using var cancel = new CancellationTokenSource();
            Task<FileLock?> waiting = Patience.InThread(() => FileLock.Acquire(Path, Patience.Limit, cancel.Token));
            Task cancelling = cancel.CancelAsync();
            held!.Dispose();
            try
            {
                using FileLock? mine = await waiting;
                Assert.True(mine!.Descriptor >= 0);
                Assert.False(FileLock.TryAcquire(Path, out _));
            }
            catch (OperationCanceledException)
            {
                // The cancellation was first, and the lock is nobody's: the next round takes it.
                using FileLock? next = await Patience.InThread(() => FileLock.Acquire(Path, Patience.Limit, CancellationToken.None));
            }

            await cancelling;
        }
    }

    [Fact]
    public void Link_is_not_followed()
    {
        _ = File.CreateSymbolicLink(Path, _folder["target"]);

        _ = Assert.Throws<IOException>(() => FileLock.TryAcquire(Path, out _));
    }
}
