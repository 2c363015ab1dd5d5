using System.Globalization;
using DaemonRpc.Generators.Model;

namespace DaemonRpc.Generators.Emission;

/// <summary>Writes the build's timestamp into a file of its own, the only one that a new stamp changes.</summary>
internal static class BuildTimestampEmitter
{
    public static string Emit(ContractIdentity contract, long ticks)
    {
        SourceWriter writer = FileHeader.Begin(contract, "The build timestamp");
        writer.Write($"{contract.Visibility} static partial class {contract.Daemon}");
        writer.Open();
        writer.WriteMember($"""
            /// <summary><see cref="BuildTimestamp"/> in UTC ticks; 0 when the build supplied no time. Internal, because other assemblies would copy a constant's value.</summary>
            internal const long BuildTimestampTicks = {ticks.ToString(CultureInfo.InvariantCulture)};
            """);
        writer.WriteMember("""
            /// <summary>When this assembly was built, in UTC; the default value when the build supplied no time.</summary>
            public static global::System.DateTimeOffset BuildTimestamp => new(BuildTimestampTicks, global::System.TimeSpan.Zero);
            """);
        writer.Close();
        return writer.ToString();
    }
}
