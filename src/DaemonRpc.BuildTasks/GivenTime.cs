using System.Globalization;

namespace DaemonRpc.BuildTasks;

/// <summary>Reads the time that the user gave for the build, as a property or as SOURCE_DATE_EPOCH.</summary>
internal static class GivenTime
{
    private static readonly DateTime s_epoch = new(1970, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private static readonly string[] s_dateFormats = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    /// <summary>Returns the given time in UTC ticks, or null when neither is set.</summary>
    /// <exception cref="FormatException">A value cannot be parsed. The message is meant for the user.</exception>
    public static long? Read(string? timestamp, string? sourceDateEpoch)
    {
        if (!string.IsNullOrWhiteSpace(timestamp))
        {
            return ReadTimestamp(timestamp!.Trim());
        }

        return string.IsNullOrWhiteSpace(sourceDateEpoch) ? null : ReadEpoch(sourceDateEpoch!.Trim());
    }

    private static long ReadTimestamp(string text)
    {
        // A number below the ticks of 1970 is probably meant as seconds or milliseconds.
        if (TryReadNumber(text, out long ticks) && ticks >= s_epoch.Ticks && ticks <= DateTime.MaxValue.Ticks)
        {
            return ticks;
        }

        const DateTimeStyles AsUtc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        if (DateTime.TryParseExact(text, s_dateFormats, CultureInfo.InvariantCulture, AsUtc, out DateTime date) && date >= s_epoch)
        {
            return date.Ticks;
        }

        throw new FormatException(
            $"DaemonRpcBuildTimestamp cannot be '{text}'. Write a date like 2026-01-31T12:00:00Z or UTC ticks, " +
            "because builds are ordered by this time.");
    }

    private static long ReadEpoch(string text)
    {
        if (TryReadNumber(text, out long seconds) && seconds <= (DateTime.MaxValue - s_epoch).Ticks / TimeSpan.TicksPerSecond)
        {
            return s_epoch.Ticks + (seconds * TimeSpan.TicksPerSecond);
        }

        throw new FormatException(
            $"SOURCE_DATE_EPOCH cannot be '{text}'. Give the seconds since 1970 or unset it, " +
            "because the build would not be reproducible as it promises.");
    }

    private static bool TryReadNumber(string text, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
