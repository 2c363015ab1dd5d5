using System.Globalization;

namespace DaemonRpc.Benchmarks.Report;

/// <summary>From samples to figures.</summary>
internal static class Statistics
{
    public static double Median(IReadOnlyCollection<double> samples)
    {
        double[] sorted = [.. samples.Order()];
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }

    /// <param name="sorted">The samples, smallest first.</param>
    /// <param name="share">The share of samples that are not larger.</param>
    public static double Percentile(IReadOnlyList<int> sorted, double share) =>
        sorted[Math.Clamp((int)Math.Ceiling(sorted.Count * share) - 1, 0, sorted.Count - 1)];

    /// <summary>The median of the ratios within each repetition, so that the machine's moods of the minute cancel out.</summary>
    public static double MedianRatio(IReadOnlyList<double> own, IReadOnlyList<double> baseline) =>
        Median([.. own.Zip(baseline, (mine, theirs) => mine / theirs)]);

    /// <summary>The same as text; none without a baseline.</summary>
    public static string Ratio(IReadOnlyList<double> own, IReadOnlyList<double> baseline) =>
        baseline.Count == 0 ? "" : Times(MedianRatio(own, baseline));

    public static string Times(double ratio) => ratio.ToString("0.00", CultureInfo.InvariantCulture) + "x";
}
