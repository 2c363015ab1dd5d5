using DaemonRpc.Tasks;

namespace DaemonRpc.Runtime.Tests.Tasks;

public sealed class ItemCreditTests
{
    [Fact]
    public async Task Producer_waits_until_the_consumer_allows_more()
    {
        var credit = new ItemCredit(10);
        Assert.True(credit.WaitAsync(default).AsTask().IsCompletedSuccessfully);
        credit.Spend(30);
        Task waiting = credit.WaitAsync(default).AsTask();
        credit.Add(20);
        Assert.False(waiting.IsCompleted);
        credit.Add(1);

        await waiting.Soon();
    }

    [Fact]
    public async Task Cancelled_producer_does_not_wait()
    {
        using var cancel = new CancellationTokenSource();
        Task waiting = new ItemCredit(0).WaitAsync(cancel.Token).AsTask();
        await cancel.CancelAsync();

        _ = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.Soon());
    }

    [Fact]
    public void Negative_credit_takes_nothing_away()
    {
        var credit = new ItemCredit(1);
        credit.Add(-100);

        Assert.True(credit.WaitAsync(default).AsTask().IsCompletedSuccessfully);
    }
}
