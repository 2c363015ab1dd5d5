namespace DaemonRpc.Tasks;

/// <summary>A status as the board keeps it: each task makes two, which hardly anybody ever reads. Becomes a <see cref="DaemonStatus"/> for those who do.</summary>
internal struct StatusEntry
{
    private DaemonStatus? _made;

    public DaemonState State { get; init; }

    public string? Message { get; init; }

    public double? Progress { get; init; }

    /// <summary>Null when no task runs.</summary>
    public TaskDescription? Task { get; init; }

    public long Sequence { get; init; }

    public long Place { get; init; }

    public long TasksFinished { get; init; }

    public DaemonCanceledTask? LastCanceled { get; init; }

    public StatusQueue? Queue { get; init; }

    /// <summary>The status; made once.</summary>
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
