using System.Globalization;

namespace DaemonRpc.Tool.Output;

/// <summary>Texts of daemons, and numbers, as they may be written to a terminal or a column.</summary>
internal static class PlainText
{
    /// <summary>Replaces control characters, which could command the terminal or break a line in two.</summary>
    public static string Of(string text)
    {
        if (!text.Any(char.IsControl))
        {
            return text;
        }

        return string.Create(text.Length, text, static (plain, text) =>
        {
            for (int index = 0; index < plain.Length; index++)
            {
                plain[index] = char.IsControl(text[index]) ? ' ' : text[index];
            }
        });
    }

    /// <summary>Joins fields by tabs, without what could break a field or the line in two.</summary>
    public static string OfFields(params IEnumerable<string> fields) => string.Join('\t', fields.Select(Of));

    /// <summary>Formats a duration by its two largest units, such as <c>2h 3m</c>.</summary>
    public static string Of(TimeSpan duration) => duration switch
    {
        { TotalSeconds: < 1 } => "0s",
        { TotalMinutes: < 1 } => Create($"{duration.Seconds}s"),
        { TotalHours: < 1 } => Create($"{duration.Minutes}m {duration.Seconds}s"),
        { TotalDays: < 1 } => Create($"{duration.Hours}h {duration.Minutes}m"),
        _ => Create($"{(int)duration.TotalDays}d {duration.Hours}h"),
    };

    /// <summary>Formats a number of bytes, such as <c>41.3 MiB</c>.</summary>
    public static string OfBytes(long bytes) => bytes switch
    {
        < 1024 * 1024 => Create($"{bytes / 1024.0:0} KiB"),
        < 1024 * 1024 * 1024 => Create($"{bytes / (1024.0 * 1024):0.0} MiB"),
        _ => Create($"{bytes / (1024.0 * 1024 * 1024):0.0} GiB"),
    };

    /// <summary>Formats a time in the user's time zone.</summary>
    public static string Of(DateTimeOffset time) => time.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>Formats when a build was made; empty when it is unknown.</summary>
    public static string OfBuild(DateTimeOffset build) => build == default ? "" : Of(build);

    public static string OfShare(double share) => Create($"{share * 100:0} %");

    private static string Create(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
