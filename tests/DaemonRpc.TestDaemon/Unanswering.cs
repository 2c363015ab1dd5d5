namespace DaemonRpc.TestDaemon;

/// <summary>A caller that is asked, says so, and answers nothing more.</summary>
internal sealed class Unanswering : IQuestions
{
    private const int Answered = 1000;

    public static async IAsyncEnumerable<int> Numbers()
    {
        for (int number = 0; number < Answered; number++)
        {
            yield return number;
        }

        Console.WriteLine("asked");
        await Task.Delay(Timeout.Infinite);
    }

    public async Task<int> AnswerAsync(int question, CancellationToken cancellationToken)
    {
        if (question == Answered)
        {
            Console.WriteLine("asked");
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        return question;
    }
}
