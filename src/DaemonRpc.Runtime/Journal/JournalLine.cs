using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using DaemonRpc.Protocol;

namespace DaemonRpc.Journal;

/// <summary>Formats and parses a journal entry as a line of text.</summary>
/// <remarks>
/// <code>
/// time (ISO 8601, UTC) TAB event TAB process id TAB build timestamp (ticks) TAB by process id TAB reason LF
/// </code>
/// In the reason a tab, a line feed, a carriage return and a backslash are written <c>\t</c>, <c>\n</c>, <c>\r</c> and <c>\\</c>.
/// </remarks>
internal static class JournalLine
{
    private const int Parts = 6;

    // The reasons are our own texts but contain program names. A line must fit in one write.
    private const int LongestReason = 1000;

    public static string Format(DaemonJournalEntry entry)
    {
        string reason = entry.Reason.Length <= LongestReason ? entry.Reason : entry.Reason[..LongestReason] + "…";
        reason = Escape(reason);
        string at = entry.At.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{at}\t{NameOf(entry.Event)}\t{entry.ProcessId}\t{entry.BuildTimestamp.UtcTicks}\t{entry.ByProcessId}\t{reason}\n");
    }

    /// <summary>Parses a line. Returns false if it is cut or written by a later version.</summary>
    public static bool TryParse(string line, [NotNullWhen(true)] out DaemonJournalEntry? entry)
    {
        entry = null;
        string[] parts = line.Split('\t', Parts);
        if (parts.Length != Parts
            || !DateTimeOffset.TryParseExact(parts[0], "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTimeOffset at)
            || !Enum.TryParse(parts[1], out DaemonJournalEvent what)
            || !int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out int process)
            || !long.TryParse(parts[3], NumberStyles.None, CultureInfo.InvariantCulture, out long build)
            || !int.TryParse(parts[4], NumberStyles.None, CultureInfo.InvariantCulture, out int by))
        {
            return false;
        }

        entry = new DaemonJournalEntry { At = at, Event = what, ProcessId = process, BuildTimestamp = BuildIdentity.TimeOf(build), ByProcessId = by, Reason = Unescape(parts[5]) };
        return true;
    }

    // Not Enum.ToString, which finds names by reflection, at every daemon's start.
    private static string NameOf(DaemonJournalEvent what) => what switch
    {
        DaemonJournalEvent.Started => nameof(DaemonJournalEvent.Started),
        DaemonJournalEvent.Replaced => nameof(DaemonJournalEvent.Replaced),
        DaemonJournalEvent.TookOver => nameof(DaemonJournalEvent.TookOver),
        DaemonJournalEvent.Stopped => nameof(DaemonJournalEvent.Stopped),
        DaemonJournalEvent.IdledOut => nameof(DaemonJournalEvent.IdledOut),
        DaemonJournalEvent.MadeRoom => nameof(DaemonJournalEvent.MadeRoom),
        DaemonJournalEvent.Forced => nameof(DaemonJournalEvent.Forced),
        DaemonJournalEvent.Failed => nameof(DaemonJournalEvent.Failed),
        DaemonJournalEvent.Vanished => nameof(DaemonJournalEvent.Vanished),
        DaemonJournalEvent.StartFailed => nameof(DaemonJournalEvent.StartFailed),
        _ => what.ToString(),
    };

    /// <summary>Writes a text so that it fits within a field.</summary>
    public static string Escape(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)
        .Replace("\r", "\\r", StringComparison.Ordinal).Replace("\t", "\\t", StringComparison.Ordinal);

    /// <summary>Reads a text that <see cref="Escape"/> wrote.</summary>
    public static string Unescape(string text)
    {
        var plain = new System.Text.StringBuilder(text.Length);
        for (int index = 0; index < text.Length; index++)
        {
            bool escaped = text[index] == '\\' && index + 1 < text.Length;
            _ = plain.Append(!escaped ? text[index] : text[++index] switch
            {
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                char other => other,
            });
        }

        return plain.ToString();
    }
}
