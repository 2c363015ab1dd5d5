using System.Globalization;
using Microsoft.CodeAnalysis.Diagnostics;

namespace DaemonRpc.Generators.Parsing;

/// <summary>Reads the timestamp that the build passes to the compiler.</summary>
internal static class BuildTimestamp
{
    public const string Key = "build_property.DaemonRpcBuildTimestampTicks";

    /// <summary>Returns the timestamp in UTC ticks, or 0 if the build passed none.</summary>
    public static long Read(AnalyzerConfigOptions options) =>
        options.TryGetValue(Key, out string? text)
        && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long ticks)
            ? ticks
            : 0;
}
