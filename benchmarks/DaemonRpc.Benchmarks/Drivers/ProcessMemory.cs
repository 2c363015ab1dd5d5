using System.Globalization;

namespace DaemonRpc.Benchmarks.Drivers;

/// <summary>A process's memory, in bytes.</summary>
/// <param name="Resident">All pages that are in memory, those of shared libraries too: VmRSS.</param>
/// <param name="Private">Those of them that belong to no file: RssAnon.</param>
internal sealed record ProcessMemory(long Resident, long Private)
{
    public static ProcessMemory Of(int process)
    {
        string[] lines = File.ReadAllLines($"/proc/{process}/status");
        return new ProcessMemory(Read(lines, "VmRSS:"), Read(lines, "RssAnon:"));
    }

    private static long Read(string[] lines, string name) =>
        1024 * long.Parse(lines.Single(line => line.StartsWith(name, StringComparison.Ordinal)).AsSpan(name.Length).Trim().TrimEnd(" kB"), CultureInfo.InvariantCulture);
}
