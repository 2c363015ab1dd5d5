using System.Globalization;

namespace DaemonRpc.Protocol;

/// <summary>Which build a program is: when it was built, and what exactly came out.</summary>
/// <param name="Timestamp">UTC ticks. Orders builds.</param>
/// <param name="Fingerprint">Tells builds of one timestamp apart, which clocks set by hand and copied trees produce.</param>
internal readonly record struct BuildIdentity(long Timestamp, long Fingerprint)
{
    /// <summary>Whether a client of this build has a daemon of that build replaced. At equal timestamps the client's build wins.</summary>
    public bool Replaces(BuildIdentity daemon) =>
        Timestamp > daemon.Timestamp || (Timestamp == daemon.Timestamp && Fingerprint != daemon.Fingerprint);

    /// <summary>When it was built, as users are told; the default where no time is known.</summary>
    public DateTimeOffset Time => TimeOf(Timestamp);

    /// <summary>The moment of a build in UTC ticks; the default for none, and for what another end made up and is none.</summary>
    public static DateTimeOffset TimeOf(long ticks) => ticks <= 0 || ticks > DateTime.MaxValue.Ticks ? default : new DateTimeOffset(ticks, TimeSpan.Zero);

    /// <summary>For names of files: differs between builds, and is the same for the same.</summary>
    public string Key => $"{Timestamp:x16}-{Fingerprint:x16}";

    /// <summary>The time of the build, readable by people and exact.</summary>
    public override string ToString() => Timestamp <= 0 || Timestamp > DateTime.MaxValue.Ticks
        // Also what another end made up: a time that is none must not fail whoever only writes it into a text.
        ? $"a build without a timestamp ({Fingerprint:x16})"
        : $"the build of {new DateTime(Timestamp, DateTimeKind.Utc).ToString("yyyy-MM-dd HH:mm:ss.fffffff", CultureInfo.InvariantCulture)}Z ({Fingerprint:x16})";
}
