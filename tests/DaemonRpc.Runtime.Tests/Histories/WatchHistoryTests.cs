using CsCheck;
using DaemonRpc.Tasks;

namespace DaemonRpc.Runtime.Tests.Histories;

/// <summary>Checks which statuses watchers get, however slow they are and in whatever order statuses were published.</summary>
public sealed class WatchHistoryTests
{
    // A watcher that is not further behind than this misses nothing. The board may keep more.
    private const int Kept = 200;

    [Fact]
    public void Everything_is_told_in_order_or_counted_and_the_last_always_comes() =>
        Gen.Select(Gen.Int[0, 11], Gen.Int[0, 3]).Array[0, 80].Sample(static steps =>
        {
            var board = new StatusBoard();
            var published = new PublishedStatuses(board);
            BoardWatch[] watches = [.. Enumerable.Range(0, 4).Select(_ => new BoardWatch(board))];
            foreach ((int step, int which) in steps)
            {
                if (step < 4)
                {
                    Look(watches[which], published);
                }
                else
                {
                    published.Publish(step, which);
                }
            }

            foreach (BoardWatch watch in watches)
            {
                Look(watch, published);
                Assert.Equal(board.Current.Sequence, watch.Told[^1].Sequence);

                // Told more than once are only those that went on to report.
                int told = watch.Told.Select(published.GroupOf).Distinct().Count();
                Assert.Equal(published.Groups, told + watch.Told.Sum(status => status.Missed));
            }
        }, iter: 1000);

    private static void Look(BoardWatch watch, PublishedStatuses published)
    {
        DaemonStatus before = watch.Told[^1];
        IReadOnlyList<DaemonStatus> fresh = watch.Look();
        if (published.Groups - published.GroupOf(before) <= Kept)
        {
            Assert.All(fresh, status => Assert.Equal(0, status.Missed));
        }

        foreach (DaemonStatus status in fresh)
        {
            Assert.True(status.Sequence > before.Sequence);
            Assert.Equal(Math.Max(0, published.GroupOf(status) - published.GroupOf(before) - 1), status.Missed);
            published.AssertIsLatestOfItsGroup(status);
            before = status;
        }
    }
}
