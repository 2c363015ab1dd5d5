using System.Globalization;

namespace DaemonRpc.Benchmarks.Report;

/// <summary>Figures with their units.</summary>
internal static class Quantity
{
    public static string Microseconds(double nanoseconds) => $"{(nanoseconds / 1000).ToString("0.0", CultureInfo.InvariantCulture)} us";

    public static string Milliseconds(double milliseconds) => $"{milliseconds.ToString("0.0", CultureInfo.InvariantCulture)} ms";

    public static string Megabytes(long bytes) => $"{(bytes / 1e6).ToString("0.0", CultureInfo.InvariantCulture)} MB";
}
