using System.Globalization;

namespace DaemonRpc.Benchmarks.Report;

/// <summary>Figures with their units.</summary>
internal static class Quantity
{
    public static string Nanoseconds(double nanoseconds) => $"{Format(nanoseconds)} ns";

    public static string Microseconds(double nanoseconds) => $"{Format(nanoseconds / 1e3)} us";

    public static string Milliseconds(double milliseconds) => $"{Format(milliseconds)} ms";

    public static string Megabytes(long bytes) => $"{Format(bytes / 1e6)} MB";

    public static string Kilobytes(double bytes) => $"{Format(bytes / 1e3)} kB";

    /// <summary>In microseconds or, above ten thousand of them, in milliseconds.</summary>
    public static string Time(double nanoseconds) => nanoseconds < 1e7 ? Microseconds(nanoseconds) : Milliseconds(nanoseconds / 1e6);

    /// <param name="count">How many.</param>
    /// <param name="nanoseconds">In which time.</param>
    public static string MillionsPerSecond(double count, double nanoseconds) => Format(count * 1e3 / nanoseconds);

    private static string Format(double number) => number.ToString("#,##0.0", CultureInfo.InvariantCulture);
}
