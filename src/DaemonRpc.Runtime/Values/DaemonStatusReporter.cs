namespace DaemonRpc;

/// <summary>Reports to all watchers what the handler is doing. Cheap, and safe from any thread.</summary>
public sealed class DaemonStatusReporter
{
    /// <summary>The longest message that is sent, in UTF-16 units. A longer one is cut and ends with an ellipsis.</summary>
    internal const int LongestMessage = 4096;

    private readonly Action<string, double?> _report;

    internal DaemonStatusReporter(Action<string, double?> report) => _report = report;

    /// <summary>Reports what the running task, or the starting factory, is doing.</summary>
    /// <param name="message">A sentence for people, such as <c>Indexing 120 of 4,000</c>. Cut after 4096 UTF-16 units.</param>
    /// <param name="fraction">The finished share, from 0 to 1, or null when unknown. Values outside that range are clamped; NaN counts as null.</param>
    /// <remarks>
    /// Does nothing when no task runs, except while the factory runs. Rapid reports may be merged into the latest;
    /// watchers may not see the last report before the task ends.
    /// </remarks>
    /// <exception cref="ArgumentNullException"><paramref name="message"/> is null.</exception>
    public void Report(string message, double? fraction = null)
    {
        ArgumentNullException.ThrowIfNull(message);
        double? clamped = fraction is { } value && !double.IsNaN(value) ? Math.Clamp(value, 0, 1) : null;
        _report(Cut(message), clamped);
    }

    // The board keeps the latest messages and sends them to every watcher, so their size is limited.
    private static string Cut(string message) => message.Length <= LongestMessage ? message
        : string.Concat(message.AsSpan(0, char.IsHighSurrogate(message[LongestMessage - 1]) ? LongestMessage - 1 : LongestMessage), "…");
}
