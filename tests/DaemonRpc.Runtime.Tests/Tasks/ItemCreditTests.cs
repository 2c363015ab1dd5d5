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
    public async Task All_producers_that_wait_go_on()
    {
        var credit = new ItemCredit(0);
        Task first = credit.WaitAsync(default).AsTask();
        Task second = credit.WaitAsync(default).AsTask();
        Task blocked = Patience.InThread(() => credit.Wait(static () => default));

        credit.Add(1);

        await Task.WhenAll(first, second, blocked).Soon();
    }

    [Fact]
    public async Task Cancelled_thread_does_not_wait()
    {
        using var cancel = new CancellationTokenSource();
        Task waiting = Patience.InThread(() => new ItemCredit(0).Wait(() => cancel.Token));
        await cancel.CancelAsync();

        _ = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public void Bound_that_is_lifted_twice_stays_lifted()
    {
        var credit = new ItemCredit(256);
        for (int time = 0; time < 10; time++)
        {
            credit.Lift();
        }

        Assert.True(credit.WaitAsync(default).AsTask().IsCompletedSuccessfully);
    }

    [Fact]
    public void Negative_credit_takes_nothing_away()
    {
        var credit = new ItemCredit(1);
        credit.Add(-100);

        Assert.True(credit.WaitAsync(default).AsTask().IsCompletedSuccessfully);
    }
}
