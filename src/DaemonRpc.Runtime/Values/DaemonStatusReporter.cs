namespace DaemonRpc;

/// <summary>Tells everybody who watches what the handler is doing. Cheap, and safe from any thread.</summary>
public sealed class DaemonStatusReporter
{
    /// <summary>How many UTF-16 units of a message are told; what is longer ends in an ellipsis.</summary>
    internal const int LongestMessage = 4096;

    private readonly Action<string, double?> _report;

    internal DaemonStatusReporter(Action<string, double?> report) => _report = report;

    /// <summary>Says what the running task, or the starting daemon, is doing.</summary>
    /// <param name="message">A sentence for people, such as <c>Indexing 120 of 4,000</c>. Cut after 4096 UTF-16 units.</param>
    /// <param name="fraction">How much is done, from 0 to 1, or null when that is not known. Values outside are clamped.</param>
    /// <remarks>
    /// Does nothing when no task runs, but for the factory's reports. Reports that follow each other quickly may be left out; the last one before the
    /// task ends is not promised to be seen.
    /// </remarks>
    /// <exception cref="ArgumentNullException"><paramref name="message"/> is null.</exception>
    public void Report(string message, double? fraction = null)
    {
        ArgumentNullException.ThrowIfNull(message);
        double? clamped = fraction is { } value && !double.IsNaN(value) ? Math.Clamp(value, 0, 1) : null;
        _report(Cut(message), clamped);
    }

    // The latest are kept for whoever begins to watch, and all go to everybody who does.
    private static string Cut(string message) => message.Length <= LongestMessage ? message
        : string.Concat(message.AsSpan(0, char.IsHighSurrogate(message[LongestMessage - 1]) ? LongestMessage - 1 : LongestMessage), "…");
}
