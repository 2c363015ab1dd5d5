using System.Diagnostics;
using DaemonRpc.Control;
using DaemonRpc.Launch;
using DaemonRpc.Transport;

namespace DaemonRpc.Runtime.Tests.Control;

public sealed class DaemonSearchTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(2);

    [Fact]
    public async Task Daemons_that_hang_delay_nobody_however_many_they_are()
    {
        DaemonAddress[] all = [.. Names("hangs", 40), .. Names("lives", 20), .. Names("hangs", 1), .. Names("lives", 1)];
        var times = Stopwatch.StartNew();

        List<string> found = await Patience.InThread(() => DaemonSearch.Run(all, Ask, s_limit));

        Assert.Equal(Enumerable.Range(0, 20).Append(0).Select(number => $"lives {number}"), found);

        // One after another they would take more than a minute.
        Assert.InRange(times.Elapsed, s_limit * 0.9, s_limit * 5);
    }

    [Fact]
    public async Task Who_answers_late_is_found_too()
    {
        List<string> found = await Patience.InThread(() => DaemonSearch.Run([.. Names("slow", 3)], Ask, s_limit));

        Assert.Equal(["slow 0", "slow 1", "slow 2"], found);
    }

    [Fact]
    public async Task What_is_not_ours_is_left_out_and_what_is_wrong_with_us_is_told()
    {
        Assert.Equal(["lives 0"], await Patience.InThread(() => DaemonSearch.Run([.. Names("foreign", 1), .. Names("lives", 1), .. Names("gone", 1)], Ask, s_limit)));

        _ = await Assert.ThrowsAsync<DaemonException>(() => Patience.InThread(() => DaemonSearch.Run([.. Names("lives", 1), .. Names("impossible", 1)], Ask, s_limit)));
    }

    private static IEnumerable<DaemonAddress> Names(string what, int count) => Enumerable.Range(0, count).Select(number => DaemonAddress.InProcess($"{what} {number}"));

    private static string? Ask(DaemonAddress address, Deadline deadline)
    {
        switch (address.Id.Split(' ')[0])
        {
            case "lives":
                return address.Id;
            case "foreign":
                throw new DaemonAccessException("It is another user's.");
            case "impossible":
                throw new DaemonException("No descriptors are left.");
            case "slow" when deadline.Left > s_limit / 2:
                return address.Id;
            case "gone":
                return null;
            default:
                using (var never = new ManualResetEventSlim())
                {
                    _ = never.Wait(deadline.Left);
                }

                throw new DaemonUnresponsiveException("It hangs.");
        }
    }
}
