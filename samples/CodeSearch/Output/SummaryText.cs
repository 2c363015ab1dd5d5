using System.Globalization;
using CodeSearch.Contract;
using DaemonRpc;

namespace CodeSearch.Output;

/// <summary>What was done, in a line.</summary>
internal static class SummaryText
{
    /// <summary>Such as <c>3 hits in 1.8 ms (daemon reused)</c>.</summary>
    public static string Of(HitPrinter printer, bool pathsOnly, TimeSpan elapsed, DaemonOrigin origin)
    {
        string what = (pathsOnly, printer.Hits) switch
        {
            (true, 1) => "file",
            (true, _) => "files",
            (false, 1) => "hit",
            (false, _) => "hits",
        };
        string daemon = origin switch
        {
            DaemonOrigin.Started => "daemon started",
            DaemonOrigin.Replaced => "daemon replaced",
            DaemonOrigin.InProcess => "in process",
            _ => "daemon reused",
        };
        return string.Create(CultureInfo.InvariantCulture, $"{printer.Hits:N0} {what} in {Time(elapsed)} ({daemon})");
    }

    /// <summary>Such as <c>1,234 files, 12.3 MB; 20 binary files left out; 15 read, 2 removed; index 3.4 MB</c>.</summary>
    public static string Of(IndexSummary summary) => string.Create(
        CultureInfo.InvariantCulture,
        $"{summary.Files:N0} files, {Megabytes(summary.Bytes)}; {summary.BinaryFiles:N0} binary files left out; {summary.ReadFiles:N0} read, {summary.RemovedFiles:N0} removed; index {Megabytes(summary.IndexBytes)}");

    private static string Time(TimeSpan elapsed) => elapsed.TotalSeconds < 1
        ? string.Create(CultureInfo.InvariantCulture, $"{elapsed.TotalMilliseconds:0.0} ms")
        : string.Create(CultureInfo.InvariantCulture, $"{elapsed.TotalSeconds:0.00} s");

    private static string Megabytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB");
}
