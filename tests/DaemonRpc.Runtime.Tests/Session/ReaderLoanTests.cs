using DaemonRpc.Session;

namespace DaemonRpc.Runtime.Tests.Session;

public sealed class ReaderLoanTests
{
    private readonly ReaderLoan _loan = new();
    private readonly RecordedCall _call = new() { Id = 7 };

    [Fact]
    public void Nobody_who_has_not_asked_gets_it()
    {
        _loan.LendTo(7);

        Assert.False(_loan.TryBegin(_call));
    }

    [Fact]
    public void It_is_lent_for_an_item_of_the_one_who_asked_only()
    {
        _loan.Ask(_call);

        // Returns at once, or when nobody has used it; either way nobody has it afterwards.
        _loan.LendTo(8);
        _loan.LendTo(7);
        Assert.False(_loan.TryBegin(_call));
    }

    [Fact]
    public async Task Reader_sleeps_while_the_borrower_reads_and_has_it_back_when_it_says_so()
    {
        _loan.Ask(_call);
        Task lending = await LendAsync();

        // Far longer than an unused loan lasts.
        await Patience.PassAsync(TimeSpan.FromMilliseconds(50));
        Assert.False(lending.IsCompleted);
        Assert.False(_loan.TryBegin(new RecordedCall { Id = 7 }));

        _loan.Return(null);
        await lending.Soon();
        Assert.False(_loan.TryBegin(_call));
    }

    [Fact]
    public async Task Reader_takes_it_back_from_a_borrower_who_does_something_else()
    {
        _loan.Ask(_call);
        Task lending = await LendAsync();

        _loan.Stop();

        await lending.Soon();
        Assert.False(_loan.TryBegin(_call));
    }

    [Fact]
    public async Task Reader_has_it_back_when_the_borrower_wants_no_more()
    {
        _loan.Ask(_call);
        Task lending = await LendAsync();
        _loan.Stop();

        _loan.End(_call);

        Assert.False(_loan.TryBegin(_call));
        await lending.Soon();
    }

    [Fact]
    public async Task Wish_of_one_who_wants_no_more_is_forgotten_and_no_other()
    {
        var other = new RecordedCall { Id = 8 };
        for (int round = 0; round < 20; round++)
        {
            _loan.Ask(_call);
            _loan.End(_call);
            Assert.Null(await TryLendAsync(_call));
        }

        _loan.Ask(other);
        _loan.End(_call);

        Task lending = await LendAsync(other);

        Assert.False(_loan.TryBegin(_call));
        _loan.Return(null);
        await lending.Soon();
    }

    [Fact]
    public async Task What_the_borrower_failed_with_is_the_readers()
    {
        _loan.Ask(_call);
        Task lending = await LendAsync();

        _loan.Return(new EndOfStreamException("Cut."));

        Assert.Equal("Cut.", (await Assert.ThrowsAsync<EndOfStreamException>(() => lending.Soon())).Message);
    }

    /// <summary>Whatever the two do at whatever time: one reads, nothing is skipped, and neither waits for ever.</summary>
    [Fact]
    public async Task One_at_a_time_reads_and_each_sees_what_the_other_has_read()
    {
        const int Frames = 50_000;
        int inside = 0;
        int frames = 0;
        int borrowed = 0;
        bool over = false;
        Task reader = Patience.InThread(() =>
        {
            while (ReadOne())
            {
                _loan.LendTo(7);
            }

            Volatile.Write(ref over, true);
        });
        var random = new Random(11);
        while (!Volatile.Read(ref over))
        {
            _loan.Ask(_call);
            while (_loan.TryBegin(_call))
            {
                bool isMore = ReadOne();
                borrowed++;
                if (!isMore || random.Next(50) == 0)
                {
                    _loan.Return(null);
                }
                else
                {
                    _loan.Stop();
                    Thread.SpinWait(random.Next(20) == 0 ? 20_000 : 1);
                }
            }

            if (random.Next(10) == 0)
            {
                _loan.End(_call);
            }
        }

        await reader.Soon();
        Assert.Equal(Frames, frames);
        Assert.NotEqual(0, borrowed);

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

    /// <summary>Has a thread lend, and the call begin to read. Tries until the call comes before the loan is taken back.</summary>
    private async Task<Task> LendAsync(RecordedCall? to = null)
    {
        RecordedCall call = to ?? _call;
        while (true)
        {
            if (await TryLendAsync(call) is { } lending)
            {
                return lending;
            }

            _loan.Ask(call);
        }
    }

    private async Task<Task?> TryLendAsync(RecordedCall call)
    {
        Task lending = Patience.InThread(() => _loan.LendTo(call.Id));
        while (!lending.IsCompleted)
        {
            if (_loan.TryBegin(call))
            {
                return lending;
            }
        }

        await lending;
        return null;
    }
}
