using System.Globalization;

namespace DaemonRpc.Tool.Telling;

/// <summary>The names of journal events in JSON.</summary>
internal static class EventNames
{
    public static string Of(DaemonJournalEvent what) => what switch
    {
        DaemonJournalEvent.Started => "started",
        DaemonJournalEvent.Replaced => "replaced",
        DaemonJournalEvent.TookOver => "tookOver",
        DaemonJournalEvent.Stopped => "stopped",
        DaemonJournalEvent.IdledOut => "idledOut",
        DaemonJournalEvent.MadeRoom => "madeRoom",
        DaemonJournalEvent.Forced => "forced",
        DaemonJournalEvent.Failed => "failed",
        DaemonJournalEvent.Vanished => "vanished",
        DaemonJournalEvent.StartFailed => "startFailed",
        _ => ((int)what).ToString(CultureInfo.InvariantCulture),
    };
}
