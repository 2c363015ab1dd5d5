using System.Runtime.InteropServices;
using DaemonRpc.Benchmarks;
using DaemonRpc.Benchmarks.Drivers;
using DaemonRpc.Benchmarks.Report;
using DaemonRpc.Benchmarks.Scenarios;

IReadOnlyList<Scenario> all =
[
    new WarmCall(pinned: true),
    new WarmCall(pinned: false),
    new ColdStart(),
    new WarmProcess(),
    new Payload(),
    new ItemStream(),
    new BulkBytes(),
    new WatchedCall(),
    new CallShapes(),
    new Connect(),
    new HandOver(),
    new StartTrace(),
    new DaemonMemory(),
    new Scale(),
    new CallParts(),
    new GeneratorRuns(),
];

if (BenchmarkOptions.Parse(args, all, out string problem) is not { } options)
{
    Console.Error.WriteLine(problem);
    return 2;
}

using var workspace = new Workspace();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Leave);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Leave);
var table = new Table();
try
{
    Publications publications = Publications.Make(workspace, options.Scenarios.SelectMany(scenario => scenario.Programs));

    // What hangs is not waited for: without its processes every measurement fails at once.
    using var limit = new Timer(_ => workspace.Close("The benchmark took too long."), null, TimeSpan.FromMinutes(8), Timeout.InfiniteTimeSpan);
    var run = new BenchmarkRun(workspace, publications, options.Quick);
    foreach (Scenario scenario in options.Scenarios)
    {
        Console.Error.WriteLine($"Measuring {scenario.Name} ...");
        scenario.Measure(run, table);
    }

    string report = $"{MachineDescription.Describe()}\n\n{table}{string.Concat(publications.Skipped.Select(line => $"\n\n{line}"))}";
    Console.WriteLine(report);
    if (options.Write)
    {
        Document.Write(Path.Combine(Publications.SourceFolder, "../docs/performance.md"), report);
    }

    return 0;
}
catch (Exception exception)
{
    // Of whatever kind: one that nobody catches ends the process at once, and what it started would stay.
    Console.WriteLine(table);
    Console.Error.WriteLine(exception is BenchmarkException ? exception.Message : exception.ToString());
    return 1;
}

void Leave(PosixSignalContext context)
{
    context.Cancel = true;
    workspace.Close("Interrupted.");
    Environment.Exit(130);
}
