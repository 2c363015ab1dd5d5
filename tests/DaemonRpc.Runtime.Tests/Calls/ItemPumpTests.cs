using DaemonRpc.Calls;
using DaemonRpc.Session;
using DaemonRpc.Tasks;

namespace DaemonRpc.Runtime.Tests.Calls;

public sealed class ItemPumpTests
{
    // A frame's header, an item's length, and the number.
    private const int FrameBytes = 9 + 4 + 4;

    /// <remarks>An item may pass because a frame has been begun. If that frame is sent while the user's stream hands over the item, nothing lets it pass any more.</remarks>
    [Fact]
    public async Task Item_waits_for_credit_although_the_frame_that_let_it_pass_is_sent_while_it_is_read()
    {
        int metAtOnce = 0;
        for (int attempt = 0; attempt < 100; attempt++)
        {
            using var channel = new ScriptedChannel();
            var credit = new ItemCredit(FrameBytes + 1);
            var batch = new ItemBatch(new ServerSession(channel, null!, 1000, new ReaderThreads()), 7, credit, "ImportAsync", 1000, new ItemFlusher());
            var numbers = new SendingNumbers(batch, 3);

            // The first item goes out at once, the second is left for the third, and neither waits: this thread comes to where the third must.
            Task pumping = new ItemPump<int>(numbers, batch).RunAsync(beginsCanceled: true, TestContext.Current.CancellationToken);

            Assert.False(pumping.IsCompleted);
            Assert.Equal(2, batch.Sent);
            metAtOnce += numbers.HasSent ? 1 : 0;
            credit.Add(1000);
            await pumping.Soon();
            Assert.Equal(3, batch.Sent);
        }

        // Where a thread is held up between two items, each is sent by itself.
        Assert.NotEqual(0, metAtOnce);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Handlers_stream_begins_although_its_task_is_cancelled_and_a_callers_does_not(bool beginsCanceled)
    {
        using var channel = new ScriptedChannel();
        var batch = new ItemBatch(new ServerSession(channel, null!, 1000, new ReaderThreads()), 7, new ItemCredit(1000), "FindAsync", 1000, new ItemFlusher());
        var ends = new List<string>();
        var pump = new ItemPump<int>(EndingAsync(ends), batch);

        _ = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pump.RunAsync(beginsCanceled, new CancellationToken(canceled: true)));

        Assert.Equal(beginsCanceled ? ["ended"] : [], ends);
        await pump.EndAsync().Soon();
    }

    private static async IAsyncEnumerable<int> EndingAsync(List<string> ends)
    {
        try
        {
            yield return 1;
            await Task.CompletedTask;
        }
        finally
        {
            ends.Add("ended");
        }
    }

    /// <summary>Numbers, each of which is read while what was begun is sent.</summary>
    private sealed class SendingNumbers(ItemBatch batch, int count) : IAsyncEnumerable<int>, IAsyncEnumerator<int>
    {
        private int _number;

        public bool HasSent { get; private set; }

        public int Current
        {
            get
            {
                HasSent |= batch.HasItems;
                batch.Flush();
                return _number;
            }
        }

        public IAsyncEnumerator<int> GetAsyncEnumerator(CancellationToken cancellationToken = default) => this;

        public ValueTask<bool> MoveNextAsync() => new(++_number <= count);

        public ValueTask DisposeAsync() => default;
    }
}
