using System.Diagnostics;
using DaemonRpc.Benchmarks.Drivers;

namespace DaemonRpc.Benchmarks;

/// <summary>What a scenario measures with.</summary>
internal sealed record BenchmarkRun(Workspace Workspace, Publications Publications, bool Quick)
{
    /// <summary>Which of these can be measured here.</summary>
    public List<Contender> Available(params IEnumerable<Contender> contenders) =>
        [.. contenders.Where(contender => Publications.Has(contender.Project, contender.Mode))];

    /// <summary>A daemon of its own for the contender.</summary>
    public Site NewSite(Contender contender, int? processor = null) => new(Workspace, Publications, contender, processor);

    /// <summary>Numbers the repetitions, until there were enough or the time is over.</summary>
    /// <param name="count">How many are enough.</param>
    /// <param name="limit">The time.</param>
    /// <param name="least">How many there must be, however long they take.</param>
    public IEnumerable<int> Repeat(int count, TimeSpan limit, int least = 3)
    {
        long begun = Stopwatch.GetTimestamp();
        int wanted = Quick ? Math.Min(count, 3) : count;
        for (int number = 0; number < wanted && (number < least || Stopwatch.GetElapsedTime(begun) < limit); number++)
        {
            yield return number;
        }
    }
}
