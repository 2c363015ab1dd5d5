namespace DaemonRpc.Tasks;

/// <summary>
/// A status as the board keeps it. Each task makes two that are rarely read; a <see cref="DaemonStatus"/> is created only when somebody reads one.
/// </summary>
internal struct StatusEntry
{
    private DaemonStatus? _made;

    public DaemonState State { get; init; }

    public string? Message { get; init; }

    public double? Progress { get; init; }

    /// <summary>The running task; null when none runs.</summary>
    public TaskDescription? Task { get; init; }

    public long Sequence { get; init; }

    public long Place { get; init; }

    public long TasksFinished { get; init; }

    public DaemonCanceledTask? LastCanceled { get; init; }

    public StatusQueue? Queue { get; init; }

    /// <summary>Returns the status, created at the first call.</summary>
    public DaemonStatus ToStatus() => _made ??= new DaemonStatus
    {
        State = State,
        Message = Message,
        Progress = Progress,
        Task = Task?.ToTask(),
        Sequence = Sequence,
        Place = Place,
        TasksFinished = TasksFinished,
        LastCanceled = LastCanceled,
        Queue = Queue,
    };
}
