namespace DaemonRpc.Tasks;

/// <summary>Describes a task. A <see cref="DaemonTask"/> is created from it only on demand, because few tasks are ever asked about.</summary>
/// <param name="Id">The task's id.</param>
/// <param name="Method">The name of the contract's method.</param>
/// <param name="StartedAt">When the task was admitted.</param>
/// <param name="ClientProcessId">The process that made the call.</param>
internal readonly record struct TaskDescription(DaemonTaskId Id, string Method, DateTimeOffset StartedAt, int ClientProcessId)
{
    /// <summary>The callback's method whose answer the task awaits; null for none. Known to the status board only.</summary>
    public string? AwaitedAnswer { get; init; }

    public DaemonTask ToTask() => new() { Id = Id, Method = Method, StartedAt = StartedAt, ClientProcessId = ClientProcessId, AwaitedAnswer = AwaitedAnswer };
}
