namespace DaemonRpc.TestDaemon;

/// <summary>What the daemon asks its caller.</summary>
[DaemonCallback]
public interface IQuestions
{
    Task<int> AnswerAsync(int question, CancellationToken cancellationToken = default);
}
