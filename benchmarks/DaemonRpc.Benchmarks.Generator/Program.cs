using System.Diagnostics;
using System.Globalization;
using DaemonRpc.Benchmarks.Generator;
using DaemonRpc.Generators;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

// For the driver ("rows", or "rows quick"): one line for each measurement: name, milliseconds (median, least, most), note; separated by tabs.
int repetitions = args is [_, "quick"] ? 3 : 21;

Print("first run in its process", Measure(1, static () => new Run().First()), "with the compiler's own code still to be compiled");
Print("run on a new project", Measure(repetitions, static () => new Run().First()), $"{ManyContracts.Contracts} contracts of {ManyContracts.Methods} methods");
Print("an edit in a contract", Measure(repetitions, static () => new Run().AfterEdit("Contract7.cs", "Find0Async", "Seek0Async")), $"{Run.WrittenFiles} files written");
Print("an edit elsewhere", Measure(repetitions, static () => new Run().AfterEdit("Unrelated.cs", "One", "Two")), $"{Run.WrittenFiles} files written");
return 0;

static Cost[] Measure(int repetitions, Func<Cost> run) => [.. Enumerable.Range(0, repetitions).Select(_ => run()).OrderBy(static cost => cost.Elapsed)];

static void Print(string name, Cost[] costs, string note)
{
    TimeSpan processor = costs.Select(static cost => cost.Processor).Order().ElementAt(costs.Length / 2);
    Console.Out.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{name}\t{costs[costs.Length / 2].Elapsed.TotalMilliseconds}\t{costs[0].Elapsed.TotalMilliseconds}\t{costs[^1].Elapsed.TotalMilliseconds}\t{processor.TotalMilliseconds:F0} ms of processor time; {note}"));
}

/// <summary>What a run took.</summary>
internal readonly record struct Cost(TimeSpan Elapsed, TimeSpan Processor);

/// <summary>The generator in a compiler of its own.</summary>
internal sealed class Run
{
    private readonly CSharpCompilation _compilation = ManyContracts.Create();
    private GeneratorDriver _driver = CSharpGeneratorDriver.Create(
        [new DaemonRpcGenerator().AsSourceGenerator()],
        parseOptions: ManyContracts.ParseOptions);

    /// <summary>How many files the last run wrote anew.</summary>
    public static int WrittenFiles { get; private set; }

    public Cost First() => Time(_compilation);

    public Cost AfterEdit(string file, string from, string to)
    {
        _ = Time(_compilation);
        HashSet<string> before = [.. Texts()];
        Cost cost = Time(ManyContracts.Edit(_compilation, file, from, to));
        WrittenFiles = Texts().Count(text => !before.Contains(text));
        return cost;
    }

    private Cost Time(CSharpCompilation compilation)
    {
        GC.Collect();
        TimeSpan processor = Environment.CpuUsage.TotalTime;
        long begun = Stopwatch.GetTimestamp();
        _driver = _driver.RunGenerators(compilation);
        Cost cost = new(Stopwatch.GetElapsedTime(begun), Environment.CpuUsage.TotalTime - processor);
        return _driver.GetRunResult().GeneratedTrees.Length >= ManyContracts.Contracts ? cost : throw new InvalidOperationException("The contracts are wrong: nothing was generated.");
    }

    private IEnumerable<string> Texts() => _driver.GetRunResult().Results.Single().GeneratedSources.Select(static file => file.SourceText.ToString());
}
