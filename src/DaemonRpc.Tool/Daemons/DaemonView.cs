using System.Globalization;
using DaemonRpc.Tool.Output;

namespace DaemonRpc.Tool.Daemons;

/// <summary>A daemon as the tool shows it.</summary>
/// <param name="Report">What the daemon, or what is left of it, told.</param>
/// <param name="Process">What the system says of its process; null if it has gone, or may not be looked at.</param>
internal sealed record DaemonView(DaemonReport Report, ProcessUse? Process)
{
    public const string NotAnswering = "not answering";

    public const string Ended = "ended";

    public DaemonHandle Daemon => Report.Daemon;

    public DaemonStatus? Status => Report.Status;

    /// <summary>The daemon's state in small letters.</summary>
    public string State => Status is { } status ? OfState(status.State) : Report.IsRunning ? NotAnswering : Ended;

    /// <summary>The id; a question mark where no file tells it.</summary>
    public string Id => Daemon.Id.Length == 0 ? "?" : PlainText.Of(Daemon.Id);

    public string Instance => PlainText.Of(Daemon.Instance);

    public string ProcessId => Daemon.ProcessId == 0 ? "" : Daemon.ProcessId.ToString(CultureInfo.InvariantCulture);

    /// <summary>The running task, such as <c>IndexAsync for 4711</c>; empty when none runs.</summary>
    public string Task => Status?.Task is { } task ? OfTask(task) : "";

    /// <summary>What the daemon says of itself, or, in a sentence, why it says nothing.</summary>
    public string Message => PlainText.Of(Status is { } status
        ? $"{(status.Progress is { } share ? PlainText.OfShare(share) + " " : "")}{status.Message}".Trim()
        : FirstSentence(Report.Problem ?? ""));

    public string Waiting => Status is { Waiting: > 0 } status ? status.Waiting.ToString(CultureInfo.InvariantCulture) : "";

    public string Build => PlainText.OfBuild(Daemon.BuildTimestamp);

    public string Uptime => Process is { } process ? PlainText.Of(DateTimeOffset.Now - process.StartedAt) : "";

    public string Memory => Process is { } process ? PlainText.OfBytes(process.MemoryBytes) : "";

    /// <summary>Looks at a daemon's process too.</summary>
    public static DaemonView Of(DaemonReport report) => new(report, report.IsRunning ? ProcessUse.Of(report.Daemon.ProcessId) : null);

    // Not Enum.ToString, which finds names by reflection; and a daemon of a later version may have states that this one does not know.
    public static string OfState(DaemonState state) => state switch
    {
        DaemonState.Starting => "starting",
        DaemonState.Ready => "ready",
        DaemonState.Busy => "busy",
        DaemonState.Error => "error",
        DaemonState.Stopping => "stopping",
        _ => string.Create(CultureInfo.InvariantCulture, $"state {(int)state}"),
    };

    public static string OfTask(DaemonTask task) => PlainText.Of(
        $"{task.Method} for {task.ClientProcessId}{(task.AwaitedAnswer is { } question ? $", awaits its answer to {question}" : "")}");

    private static string FirstSentence(string text) => text.IndexOf(". ", StringComparison.Ordinal) is >= 0 and int end ? text[..end] : text;
}
