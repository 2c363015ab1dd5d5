using DaemonRpc.Protocol;
using DaemonRpc.Session;
using DaemonRpc.Tasks;
using DaemonRpc.Transport;

namespace DaemonRpc.Runtime.Tests.Infrastructure;

/// <summary>A call in the queue without a client behind it, that notes what it is told.</summary>
internal sealed class RecordedWaiter : QueuedCall
{
    private readonly List<string> _told = [];
    private readonly TaskCompletionSource<RefusalReason> _refused = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>A call of that id, which all tests that do not care let wait for ever.</summary>
    [System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
    public RecordedWaiter(uint id, TimeSpan? timeout = null, long bytes = 0, ServerSession? owner = null)
        : base(Admission.Asked($"Call{id}") with { Owner = owner!, CallId = id, ClientProcessId = (int)id })
    {
        Bytes = bytes;
        Deadline = new Deadline(timeout ?? Timeout.InfiniteTimeSpan);
    }

    /// <summary>Whether its client reads.</summary>
    public bool Listens { get; set; } = true;

    public IReadOnlyList<string> Told => _told;

    public RunningTask? Task { get; private set; }

    public Task<RefusalReason> Refused => _refused.Task;

    public override void Start(RunningTask task)
    {
        Task = task;
        _told.Add("runs");
    }

    public override void TellQueued() => _told.Add("queued");

    public override bool TryTellStarted()
    {
        if (Listens)
        {
            _told.Add("started");
        }

        return Listens;
    }

    public override void Refuse(RefusalReason reason, DaemonStatus status)
    {
        _told.Add($"refused {reason}");
        _ = _refused.TrySetResult(reason);
    }
}
