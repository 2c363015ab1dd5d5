using System.Globalization;

namespace DaemonRpc.Protocol;

/// <summary>Identifies a build by its time and its output.</summary>
/// <param name="Timestamp">The build time in UTC ticks, which orders builds.</param>
/// <param name="Fingerprint">Distinguishes builds with equal timestamps, which manually set clocks and copied trees produce.</param>
internal readonly record struct BuildIdentity(long Timestamp, long Fingerprint)
{
    /// <summary>Returns whether a client of this build has a daemon of the given build replaced. At equal timestamps the client's build wins.</summary>
    public bool Replaces(BuildIdentity daemon) =>
        Timestamp > daemon.Timestamp || (Timestamp == daemon.Timestamp && Fingerprint != daemon.Fingerprint);

    /// <summary>The build time; the default value where unknown.</summary>
    public DateTimeOffset Time => TimeOf(Timestamp);

    /// <summary>Converts UTC ticks to a time; returns the default value for 0 and for values that a peer made up and that are no valid time.</summary>
    public static DateTimeOffset TimeOf(long ticks) => ticks <= 0 || ticks > DateTime.MaxValue.Ticks ? default : new DateTimeOffset(ticks, TimeSpan.Zero);

    /// <summary>A key for use in file names: equal for equal builds, different for different ones.</summary>
    public string Key => $"{Timestamp:x16}-{Fingerprint:x16}";

    /// <summary>Formats the build time exactly, for people.</summary>
    public override string ToString() => Timestamp <= 0 || Timestamp > DateTime.MaxValue.Ticks
        // Also handles an invalid time from a peer: formatting a message must not throw.
        ? $"a build without a timestamp ({Fingerprint:x16})"
        : $"the build of {new DateTime(Timestamp, DateTimeKind.Utc).ToString("yyyy-MM-dd HH:mm:ss.fffffff", CultureInfo.InvariantCulture)}Z ({Fingerprint:x16})";
}
