using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using DaemonRpc.Benchmarks.Micro;
using Perfolizer.Horology;

// Without arguments: everything that BenchmarkDotNet has to say. For the driver:
//   rows [quick]   one line for each part: name, nanoseconds (median, least, most), bytes allocated; separated by tabs
bool isForDriver = args is ["rows", ..];
string artifacts = Directory.CreateTempSubdirectory("drpc-micro-").FullName;
Job job = args is [_, "quick"]
    ? Job.Dry
    : Job.Default.WithWarmupCount(3).WithIterationCount(7).WithIterationTime(TimeInterval.FromMilliseconds(100));
ManualConfig config = ManualConfig.CreateEmpty()
    .AddJob(job.WithToolchain(InProcessEmitToolchain.Instance))
    .AddDiagnoser(MemoryDiagnoser.Default)
    .AddColumnProvider(DefaultColumnProviders.Instance)
    .AddLogger(isForDriver ? NullLogger.Instance : ConsoleLogger.Default)
    .WithOptions(ConfigOptions.DisableLogFile)
    .WithArtifactsPath(artifacts);
try
{
    Summary summary = BenchmarkRunner.Run<CallParts>(config);
    foreach (BenchmarkReport report in isForDriver ? summary.Reports : [])
    {
        string name = report.BenchmarkCase.Descriptor.WorkloadMethodDisplayInfo.Trim('\'');
        long bytes = report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase) ?? 0;
        Console.Out.WriteLine(report.ResultStatistics is { } times
            ? string.Create(CultureInfo.InvariantCulture, $"{name}\t{times.Median}\t{times.Min}\t{times.Max}\t{bytes}")
            : throw new InvalidOperationException($"'{name}' was not measured."));
    }

    return 0;
}
finally
{
    Directory.Delete(artifacts, recursive: true);
}
