namespace DaemonRpc.Process.Tests.Calling;

/// <summary>A daemon that asks its caller in another process.</summary>
public sealed class CallbackTests : SandboxTests
{
    [Fact]
    public async Task Daemon_asks_and_is_answered()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();

        Assert.Equal(499_500, await client.QuizAsync(1000, new Questions()).InTime());
    }

    [Fact]
    public async Task Task_that_waits_for_an_answer_is_cancelled_by_any_process_and_the_caller_is_told()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        TestServiceClient other = await Sandbox.ConnectAsync();
        var questions = new Questions { Waits = true };
        Task<long> quiz = client.QuizAsync(1, questions);
        await questions.Asked.InTime();

        Assert.Equal(CancelOutcome.Stopped, await other.Daemon.CancelAsync().InTime());

        _ = await Assert.ThrowsAsync<DaemonTaskCanceledException>(() => quiz.InTime());
        await questions.Withdrawn.InTime();
    }

    [Fact]
    public async Task Task_whose_caller_goes_while_it_is_asked_is_cancelled()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        TestServiceClient watcher = await Sandbox.ConnectAsync();
        var questions = new Questions { Waits = true };
        Task<long> quiz = client.QuizAsync(1, questions);
        await questions.Asked.InTime();

        await client.DisposeAsync();

        DaemonStatus status = await watcher.Daemon.WhenAsync(static status => status.LastCanceled is not null);
        Assert.Equal(CancelOutcome.Stopped, status.LastCanceled!.Outcome);
        _ = await Assert.ThrowsAnyAsync<Exception>(() => quiz.InTime());
        await questions.Withdrawn.InTime();
    }

    private sealed class Questions : IQuestions
    {
        private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _withdrawn = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool Waits { get; init; }

        public Task Asked => _asked.Task;

        public Task Withdrawn => _withdrawn.Task;

        public async Task<int> AnswerAsync(int question, CancellationToken cancellationToken)
        {
            _ = _asked.TrySetResult();
            if (Waits)
            {
                using CancellationTokenRegistration registration = cancellationToken.Register(_withdrawn.SetResult);
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }

            return question;
        }
    }
}
