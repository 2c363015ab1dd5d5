using CsCheck;
using DaemonRpc.Platform;

namespace DaemonRpc.Runtime.Tests.Platform;

public sealed class OnDemandThreadTests
{
    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);

    /// <summary>Whatever is demanded, whether the thread has yet to begin, works, sleeps or is over, against a model.</summary>
    [Fact]
    public void Work_runs_when_it_is_demanded_or_wants_to_and_never_else() =>
        Gen.Int[0, 9].Array[0, 40].Sample(
            steps =>
            {
                using var thread = new SteppedThread();
                foreach (int step in steps)
                {
                    Take(thread, step);
                }
            },
            iter: 300,
            threads: 1);

    [Fact]
    public void Demand_during_the_work_has_it_run_again()
    {
        using var thread = new SteppedThread();
        thread.Demand();
        thread.Begin();

        thread.Demand();

        thread.End(null);
        thread.End(null);
    }

    [Fact]
    public void Thread_that_is_not_to_be_had_is_asked_for_again_by_the_next_demand()
    {
        using var thread = new SteppedThread { IsThereAThread = false };
        thread.Demand();
        thread.Wake();
        thread.Demand();

        thread.IsThereAThread = true;

        thread.Demand();
        thread.Begin();
    }

    /// <summary>Each demand waits for its work, so that the next ones meet a thread that is about to end, or to sleep.</summary>
    [Fact]
    public async Task No_demand_is_lost_and_one_thread_works_whatever_races()
    {
        int demanded = 0, done = 0, inside = 0, most = 0, starts = 0;
        var thread = new OnDemandThread("DaemonRpc test", Work, StartThread);
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Patience.InThread(() =>
        {
            for (int round = 0; round < 2000; round++)
            {
                int mine = Interlocked.Increment(ref demanded);
                Patience.Until(() => thread.Demand(round % 3 == 0 ? TimeSpan.FromMilliseconds(1) : default));
                Patience.Until(() => Volatile.Read(ref done) >= mine);
            }
        })));
        thread.Wake();
        await Patience.InThread(() => thread.WaitForEnd(Patience.Limit));

        Assert.Equal((1, 0), (most, inside));
        Assert.True(starts > 100, $"Only {starts} threads were started.");

        TimeSpan? Work()
        {
            most = Math.Max(most, Interlocked.Increment(ref inside));
            int seen = Volatile.Read(ref demanded);
            _ = Interlocked.Decrement(ref inside);
            Volatile.Write(ref done, seen);
            return seen % 2 == 0 ? null : s_hour;
        }

        bool StartThread(string name, Action work) => ++starts % 5 != 0 && OwnThread.TryStart(name, work);
    }

    [Fact]
    public async Task End_is_waited_for()
    {
        using var mayEnd = new ManualResetEventSlim();
        bool hasEnded = false;
        var thread = new OnDemandThread("DaemonRpc test", () =>
        {
            _ = mayEnd.Wait(Patience.Limit);
            hasEnded = true;
            return null;
        });
        thread.WaitForEnd(Patience.Limit);
        Assert.True(thread.Demand());

        thread.WaitForEnd(TimeSpan.FromMilliseconds(1));
        Assert.False(hasEnded);

        mayEnd.Set();
        await Patience.InThread(() => thread.WaitForEnd(Patience.Limit));
        Assert.True(hasEnded);
    }

    [Fact]
    public async Task Work_runs_again_after_the_time_it_wants()
    {
        int calls = 0;
        var thread = new OnDemandThread("DaemonRpc test", () => ++calls < 3 ? TimeSpan.FromMilliseconds(1) : null);
        Assert.True(thread.Demand());

        await Patience.InThread(() => thread.WaitForEnd(Patience.Limit));

        Assert.Equal(3, calls);
    }

    [Fact]
    public async Task Thread_that_may_sleep_on_costs_a_demand_no_memory()
    {
        bool isOver = false;
        var thread = new OnDemandThread("DaemonRpc test", () => Volatile.Read(ref isOver) ? null : s_hour);
        Assert.True(thread.Demand());
        Assert.True(thread.Demand(s_hour));

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int time = 0; time < 1000; time++)
        {
            _ = thread.Demand(s_hour);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Volatile.Write(ref isOver, true);
        thread.Wake();
        await Patience.InThread(() => thread.WaitForEnd(Patience.Limit));
    }

    private static void Take(SteppedThread thread, int step)
    {
        switch (step)
        {
            case 0:
                thread.Demand();
                break;

            case 1 or 2:
                thread.Demand(step * s_hour);
                break;

            case 3:
                thread.Wake();
                break;

            case 4 or 5:
                thread.Begin();
                break;

            case 6 or 7:
                thread.End(null);
                break;

            case 8:
                thread.End(1.5 * s_hour);
                break;

            default:
                thread.IsThereAThread = !thread.IsThereAThread;
                break;
        }
    }
}
