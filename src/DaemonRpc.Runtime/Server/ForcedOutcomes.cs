using DaemonRpc.Protocol;
using DaemonRpc.Tasks;

namespace DaemonRpc.Server;

/// <summary>The outcomes of the last tasks that were ended by force, in this daemon and its predecessors.</summary>
/// <remarks>
/// Before the daemon hands over, a goodbye tells the outcome to the clients who requested or cancelled the task. A
/// client that could not read it asks the successor.
/// </remarks>
internal sealed class ForcedOutcomes(IEnumerable<TaskOutcome> before)
{
    private const int MostKept = 64;

    private readonly Lock _gate = new();
    private readonly List<TaskOutcome> _known = [.. before.TakeLast(MostKept)];

    /// <summary>The last such task, for statuses; null when there is none.</summary>
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

    /// <summary>Returns all known outcomes and one more, for a successor.</summary>
    public IReadOnlyList<TaskOutcome> With(TaskOutcome last)
    {
        lock (_gate)
        {
            return [.. _known.TakeLast(MostKept - 1), last];
        }
    }

    /// <summary>The reason for the end, for the journal, the clients and the successor.</summary>
    public static string Reason(RunningTask task) =>
        $"{task.Description.Method} did not end when process {task.CanceledBy ?? 0} had it cancelled, and was ended by force with all that ran in the daemon.";

    /// <summary>The outcome of a task that is being ended by force.</summary>
    public static TaskOutcome OutcomeOf(RunningTask task) => new()
    {
        Task = task.Description.Id,
        Method = task.Description.Method,
        ConnectionKey = task.Owner.Hello.ConnectionKey,
        CallId = task.CallId,
        Outcome = CancelOutcome.Forced,
        CanceledBy = task.CanceledBy ?? 0,
    };

    private static DaemonCanceledTask Describe(TaskOutcome known) =>
        new() { Id = known.Task, Method = known.Method, Outcome = known.Outcome, CanceledBy = known.CanceledBy };

    /// <summary>Finds the outcome of a task by its id or by the call that requested it. Returns null when unknown.</summary>
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
