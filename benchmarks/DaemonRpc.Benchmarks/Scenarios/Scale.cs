using System.Globalization;
using DaemonRpc.Benchmarks.Drivers;
using DaemonRpc.Benchmarks.Report;

namespace DaemonRpc.Benchmarks.Scenarios;

/// <summary>Very many watchers, callers in the queue, and calls that are rejected.</summary>
internal sealed class Scale : Scenario
{
    public override string Name => "scale";

    protected override IReadOnlyList<Contender> Contenders { get; } = Ours(PublishMode.Aot, PublishMode.Jit);

    protected override void Measure(BenchmarkRun run, IReadOnlyList<Site> sites, Table table)
    {
        foreach (Site site in sites)
        {
            _ = site.Call();
            using WarmClient client = site.Connect();
            int daemon = (int)Numbers(client.Ask("process"))[0];
            _ = client.Run("echo", run.Quick ? 100 : 5_000, 0);
            MeasureRejected(run, site, client, table);
            MeasureLine(run, site, client, table);
            MeasureWatchers(run, site, client, daemon, table);
            MeasureTask(run, site, client, table);
        }
    }

    private void MeasureWatchers(BenchmarkRun run, Site site, WarmClient client, int daemon, Table table)
    {
        int watchers = run.Quick ? 20 : 1_000;
        int rounds = run.Quick ? 20 : 400;
        _ = client.Ask($"work {rounds}");
        long memoryBefore = ProcessMemory.Of(daemon).Private;
        int threadsBefore = CountThreads(daemon);
        using WarmClient watching = site.Connect();
        _ = watching.Ask($"watch-workshop {watchers}");
        long memory = ProcessMemory.Of(daemon).Private - memoryBefore;
        int threads = CountThreads(daemon);
        _ = client.Ask($"work {rounds}");
        long memoryAfter = ProcessMemory.Of(daemon).Private - memoryBefore;
        table.Add(new Row
        {
            Scenario = Name,
            Case = $"{watchers:N0} watchers",
            Contender = site.Contender.Name,
            Median = $"{Quantity.Kilobytes((double)memory / watchers)} each",
            Note = $"private memory of the daemon; {Quantity.Kilobytes((double)memoryAfter / watchers)} after {rounds} statuses to each; {threadsBefore} threads before, {threads} with them",
        });
    }

    /// <summary>In turns with and without watchers, as the processors' own speed changes more than what is looked for.</summary>
    private void MeasureTask(BenchmarkRun run, Site site, WarmClient client, Table table)
    {
        int watchers = run.Quick ? 20 : 1_000;
        int rounds = run.Quick ? 20 : 100;
        List<double> processor = [];
        List<double> elapsed = [];
        for (int turn = 0; turn < (run.Quick ? 2 : 9); turn++)
        {
            _ = client.Ask($"work {rounds / 10}");
            long[] without = Numbers(client.Ask($"work {rounds}"));
            using WarmClient watching = site.Connect();
            _ = watching.Ask($"watch-workshop {watchers}");
            long[] under = Numbers(client.Ask($"work {rounds}"));
            processor.Add((double)under[1] / without[1]);
            elapsed.Add((double)under[0] / without[0]);
        }

        table.Add(new Row
        {
            Scenario = Name,
            Case = "a task under them",
            Contender = site.Contender.Name,
            Median = $"{Statistics.Times(Statistics.Median(processor))} the processor time",
            Spread = $"{Statistics.Times(processor.Min())} to {Statistics.Times(processor.Max())}",
            Note = $"{Statistics.Times(Statistics.Median(elapsed))} the time, as the watchers use the processors too",
        });
    }

    private void MeasureLine(BenchmarkRun run, Site site, WarmClient client, Table table)
    {
        int callers = run.Quick ? 10 : 200;
        long[] answer = Numbers(client.Ask($"wait-in-line {callers}"));
        table.Add(new Row
        {
            Scenario = Name,
            Case = $"{callers} in the queue",
            Contender = site.Contender.Name,
            Median = $"{Quantity.Time((double)answer[1] / callers)} each",
            Note = $"all served {Quantity.Time(answer[1])} after the task before them was cancelled; {answer[0]} threads in the daemon while they waited",
        });
    }

    private void MeasureRejected(BenchmarkRun run, Site site, WarmClient client, Table table)
    {
        int calls = run.Quick ? 200 : 100_000;
        int[] times = [.. Round.Parse(client.Ask($"be-rejected {calls}")).Nanoseconds.ToArray().Order()];
        table.Add(new Row
        {
            Scenario = Name,
            Case = $"{calls:N0} rejected",
            Contender = site.Contender.Name,
            Median = $"{Quantity.Time(Statistics.Percentile(times, 0.5))} each",
            Spread = $"p99 {Quantity.Time(Statistics.Percentile(times, 0.99))}, p99.9 {Quantity.Time(Statistics.Percentile(times, 0.999))}",
            Note = "until the exception has been caught",
        });
    }

    private static int CountThreads(int process) => Directory.GetDirectories($"/proc/{process}/task").Length;

    private static long[] Numbers(string answer) => [.. answer.Split(' ').Select(word => long.Parse(word, CultureInfo.InvariantCulture))];
}
