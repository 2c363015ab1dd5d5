using System.Runtime.InteropServices;

namespace DaemonRpc.Benchmarks.Report;

/// <summary>Where the figures come from, as far as it matters to them. Names no host, user or path.</summary>
internal static class MachineDescription
{
    public static string Describe() =>
        $"{Environment.ProcessorCount} processors ({Processor()}), a load of {Load()} when it ended; "
        + $"{RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}, {RuntimeInformation.FrameworkDescription}.";

    private static string Processor() =>
        File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() ?? "unknown";

    private static string Load() => File.ReadAllText("/proc/loadavg").Split(' ')[0];
}
