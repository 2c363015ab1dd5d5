using System.Diagnostics;
using DaemonRpc.Session;

namespace DaemonRpc.Runtime.Tests.Session;

public sealed class ReaderLoansTests
{
    private readonly CallTable _calls = new();
    private readonly ReaderLoans _loans;
    private readonly RecordedCall _call = new() { Id = 7 };
    private readonly RecordedCall _other = new() { Id = 8 };

    public ReaderLoansTests() => _loans = new ReaderLoans(_calls);

    [Fact]
    public void Wish_is_taken_once_and_by_its_id()
    {
        Assert.Null(_loans.TakeWish(7));
        _loans.Ask(_call);

        Assert.Null(_loans.TakeWish(8));
        Assert.Same(_call, _loans.TakeWish(7));
        Assert.Null(_loans.TakeWish(7));
    }

    [Fact]
    public void Wish_is_taken_back_by_its_owner_only()
    {
        _loans.Ask(_call);
        _loans.Forget(_other);
        _loans.End(_other);
        Assert.Same(_call, _loans.TakeWish(7));

        _loans.Ask(_call);
        _loans.Forget(_call);
        Assert.Null(_loans.TakeWish(7));

        _loans.Ask(_call);
        _loans.End(_call);
        Assert.Null(_loans.TakeWish(7));
    }

    [Fact]
    public void Without_a_loan_nobody_reads()
    {
        _loans.Ask(_call);

        Assert.Null(_loans.TryBegin(_call));
    }

    [Fact]
    public async Task Reader_sleeps_while_the_borrower_reads_and_has_it_back_when_it_says_so()
    {
        (Task lending, ReaderLoan loan) = await LendAsync(_call);

        // Far longer than an unused loan lasts.
        await Patience.PassAsync(TimeSpan.FromMilliseconds(50));
        Assert.False(lending.IsCompleted);
        Assert.Null(_loans.TryBegin(_call));
        Assert.Null(_loans.TryBegin(_other));

        _loans.End(loan, null);
        await lending.Soon();
        Assert.Null(_loans.TryBegin(_call));
    }

    [Fact]
    public async Task Reader_takes_it_back_from_a_borrower_who_does_something_else()
    {
        (Task lending, ReaderLoan loan) = await LendAsync(_call);

        loan.Stop();

        await lending.Soon();
        Assert.Null(_loans.TryBegin(_call));
        Assert.False(loan.TryBegin());
    }

    [Fact]
    public async Task Reader_has_it_back_when_the_borrower_wants_no_more()
    {
        (Task lending, ReaderLoan loan) = await LendAsync(_call);
        loan.Stop();

        _loans.End(_other);
        _loans.End(_call);

        Assert.Null(_loans.TryBegin(_call));
        await lending.Soon();
    }

    [Fact]
    public async Task What_the_borrower_failed_with_is_the_readers()
    {
        (Task lending, ReaderLoan loan) = await LendAsync(_call);

        _loans.End(loan, new EndOfStreamException("Cut."));

        Assert.Equal("Cut.", (await Assert.ThrowsAsync<EndOfStreamException>(() => lending.Soon())).Message);
    }

    [Fact]
    public async Task Reader_takes_it_back_when_another_call_awaits_an_answer()
    {
        Assert.True(_calls.TryAdd(_call));
        (Task lending, ReaderLoan loan) = await LendAsync(_call);
        Assert.True(_calls.TryAdd(_other));

        // However busy the borrower is.
        Patience.Until(() =>
        {
            loan.Stop();
            return !loan.TryBegin();
        });

        await lending.Soon();
    }

    [Fact]
    public async Task Nothing_is_lent_while_another_call_awaits_an_answer()
    {
        Assert.True(_calls.TryAdd(_call));
        Assert.True(_calls.TryAdd(_other));
        using var start = new Barrier(2);
        Task lending = Patience.InThread(() =>
        {
            _ = start.SignalAndWait(Patience.Limit);
            for (int time = 0; time < 1000; time++)
            {
                _loans.Lend(_call);
            }
        });
        _ = start.SignalAndWait(Patience.Limit);
        ReaderLoan? lent = null;
        while (!lending.IsCompleted && lent is null)
        {
            lent = _loans.TryBegin(_call);
        }

        Assert.Null(lent);
        await lending;
        Assert.True(ShortestLending() < UnusedLoan);
    }

    /// <summary>The consumer has taken the item that it waited for, and waits for the next one, which no other thread would read.</summary>
    [Fact]
    public void Nothing_is_lent_to_one_who_waits_again()
    {
        _loans.Ask(_call);

        Assert.True(ShortestLending() < UnusedLoan);

        Assert.Same(_call, _loans.TakeWish(7));
    }

    [Fact]
    public void Reader_takes_back_a_loan_that_is_not_used() => Assert.True(ShortestLending() >= UnusedLoan);

    [Fact]
    public void Loan_that_was_used_is_unused_only_when_it_is_looked_at_again()
    {
        var loan = new ReaderLoan(_call);
        Assert.True(loan.TryBegin());
        Assert.False(loan.TryEndUnused());
        loan.Stop();

        Assert.False(loan.TryEndUnused());
        Assert.True(loan.TryEndUnused());
        Assert.True(loan.IsOver);
        Assert.False(loan.TryEnd());
        Assert.False(loan.TryBegin());
    }

    /// <summary>Whatever the three do at whatever time: one reads, nothing is skipped, and nobody waits for ever.</summary>
    [Fact]
    public async Task One_at_a_time_reads_and_each_sees_what_the_others_have_read()
    {
        const int Frames = 50_000;
        int inside = 0;
        int frames = 0;
        int[] borrowed = new int[2];
        bool over = false;
        Task reader = Patience.InThread(() =>
        {
            for (uint id = 7; ReadOne(); id = 15 - id)
            {
                if (_loans.TakeWish(id) is { } wish)
                {
                    _loans.Lend(wish);
                }
            }

            Volatile.Write(ref over, true);
        });
        await Task.WhenAll(Consume(_call, 0), Consume(_other, 1)).Soon();
        await reader.Soon();

        Assert.Equal(Frames, frames);
        Assert.DoesNotContain(0, borrowed);

        Task Consume(RecordedCall call, int seed) => Patience.InThread(() =>
        {
            var random = new Random(seed);
            while (!Volatile.Read(ref over))
            {
                _loans.Ask(call);
                while (_loans.TryBegin(call) is { } loan)
                {
                    bool isMore = ReadOne();
                    borrowed[seed]++;
                    if (!isMore || random.Next(50) == 0)
                    {
                        _loans.End(loan, null);
                    }
                    else
                    {
                        loan.Stop();
                        Thread.SpinWait(random.Next(20) == 0 ? 20_000 : 1);
                    }
                }

                if (random.Next(10) == 0)
                {
                    _loans.End(call);
                }
            }
        });

        bool ReadOne()
        {
            Assert.Equal(1, Interlocked.Increment(ref inside));
            if (frames % 1000 == 0)
            {
                // Longer than an unused loan lasts.
                _ = SpinWait.SpinUntil(() => false, TimeSpan.FromMilliseconds(3));
            }

            bool isMore = frames < Frames;
            frames += isMore ? 1 : 0;
            _ = Interlocked.Decrement(ref inside);
            return isMore;
        }
    }

    // A loan that is made lasts this long if nobody uses it, and this thread sleeps meanwhile, or longer; one that is not takes no time, unless the thread is held up.
    private static TimeSpan UnusedLoan => TimeSpan.FromMilliseconds(0.9);

    private TimeSpan ShortestLending()
    {
        TimeSpan shortest = TimeSpan.MaxValue;
        for (int time = 0; time < 50; time++)
        {
            long start = Stopwatch.GetTimestamp();
            _loans.Lend(_call);
            TimeSpan taken = Stopwatch.GetElapsedTime(start);
            shortest = taken < shortest ? taken : shortest;
        }

        return shortest;
    }

    /// <summary>Has a thread lend, and the call begin to read. Tries until the call comes before the loan is taken back.</summary>
    private async Task<(Task Lending, ReaderLoan Loan)> LendAsync(RecordedCall call)
    {
        while (true)
        {
            Task lending = Patience.InThread(() => _loans.Lend(call));
            while (!lending.IsCompleted)
            {
                if (_loans.TryBegin(call) is { } loan)
                {
                    return (lending, loan);
                }
            }

            await lending;
        }
    }
}
