namespace DaemonRpc.Tasks;

/// <summary>What is told of a task. Becomes a <see cref="DaemonTask"/> only for those who ask: most tasks nobody asks about.</summary>
/// <param name="Id">Names it.</param>
/// <param name="Method">The contract's method.</param>
/// <param name="StartedAt">When it was admitted.</param>
/// <param name="ClientProcessId">Whose call it is.</param>
internal readonly record struct TaskDescription(DaemonTaskId Id, string Method, DateTimeOffset StartedAt, int ClientProcessId)
{
    public DaemonTask ToTask() => new() { Id = Id, Method = Method, StartedAt = StartedAt, ClientProcessId = ClientProcessId };
}
