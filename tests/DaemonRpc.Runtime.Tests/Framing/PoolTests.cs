using System.Runtime.CompilerServices;
using DaemonRpc.Framing;

namespace DaemonRpc.Runtime.Tests.Framing;

public sealed class PoolTests
{
    [Fact]
    public void What_was_given_is_taken_once_and_at_most_so_many_are_kept()
    {
        var pool = new Pool<object>(3);
        Assert.Null(pool.Take());
        object[] given = [.. Enumerable.Range(0, 5).Select(static _ => new object())];

        Assert.All(given, pool.Give);

        object?[] taken = [.. Enumerable.Range(0, 5).Select(_ => pool.Take())];
        Assert.Equal(3, taken.OfType<object>().Distinct().Count());
        Assert.Subset(given.ToHashSet(), taken.OfType<object>().ToHashSet());
        Assert.Equal([null, null], taken[3..]);
    }

    [Fact]
    public async Task Nobody_has_what_another_has()
    {
        var pool = new Pool<StrongBox<int>>(2);
        int shared = 0;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Patience.InThread(() =>
        {
            for (int round = 0; round < 20_000; round++)
            {
                StrongBox<int> mine = pool.Take() ?? new StrongBox<int>();
                shared |= Interlocked.Increment(ref mine.Value) - 1;
                _ = Interlocked.Decrement(ref mine.Value);
                pool.Give(mine);
            }
        })));

        Assert.Equal(0, shared);
    }
}
