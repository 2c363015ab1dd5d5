using DaemonRpc.Protocol;

namespace DaemonRpc.Server;

/// <summary>What became of the last tasks that were ended by force, in this daemon and in those that handed over to it.</summary>
/// <remarks>
/// Who had asked for such a task, or for its cancellation, is told by a goodbye before the daemon hands over. One that did
/// not get to read it asks the successor.
/// </remarks>
internal sealed class ForcedOutcomes(IEnumerable<TaskOutcome> before)
{
    private const int MostKept = 64;

    private readonly Lock _gate = new();
    private readonly List<TaskOutcome> _known = [.. before.TakeLast(MostKept)];

    /// <summary>The last one, as statuses tell it; null when there is none.</summary>
    public DaemonCanceledTask? Last
    {
        get
        {
            lock (_gate)
            {
                return _known.Count == 0 ? null : Describe(_known[^1]);
            }
        }
    }

    /// <summary>All that are known, and one more: what a successor is told.</summary>
    public IReadOnlyList<TaskOutcome> With(TaskOutcome last)
    {
        lock (_gate)
        {
            return [.. _known.TakeLast(MostKept - 1), last];
        }
    }

    private static DaemonCanceledTask Describe(TaskOutcome known) =>
        new() { Id = known.Task, Method = known.Method, Outcome = known.Outcome, CanceledBy = known.CanceledBy };

    /// <summary>The outcome of a task, named by its id or by the call that asked for it. Null when it is not known.</summary>
    public TaskOutcome? Find(TaskOutcome wanted)
    {
        lock (_gate)
        {
            return _known.FindLast(known => wanted.ConnectionKey != 0
                ? known.ConnectionKey == wanted.ConnectionKey && known.CallId == wanted.CallId
                : known.Task == wanted.Task);
        }
    }
}
