using System.Globalization;
using Microsoft.CodeAnalysis.Diagnostics;

namespace DaemonRpc.Generators.Parsing;

/// <summary>The build's timestamp as the build hands it to the compiler.</summary>
internal static class BuildTimestamp
{
    public const string Key = "build_property.DaemonRpcBuildTimestampTicks";

    /// <summary>The UTC ticks, or 0 when the build supplied none.</summary>
    public static long Read(AnalyzerConfigOptions options) =>
        options.TryGetValue(Key, out string? text)
        && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long ticks)
            ? ticks
            : 0;
}
