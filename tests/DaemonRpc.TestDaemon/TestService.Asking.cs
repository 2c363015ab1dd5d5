using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;

namespace DaemonRpc.TestDaemon;

// What it asks of its callers, and tells them, while a call runs.
internal sealed partial class TestService
{
    public async Task<long> SumAsync(IAsyncEnumerable<int> numbers, IAsyncEnumerable<byte[]>? arrays, CancellationToken cancellationToken)
    {
        context.Status.Report("summing");
        long sum = 0;
        await foreach (int number in numbers.WithCancellation(cancellationToken))
        {
            sum += number;
        }

        if (arrays is not null)
        {
            await foreach (byte[] array in arrays.WithCancellation(cancellationToken))
            {
                sum += array.Length;
            }
        }

        return sum;
    }

    public async Task<long> QuizAsync(int count, IQuestions questions, CancellationToken cancellationToken)
    {
        context.Status.Report("asking");
        long sum = 0;
        for (int number = 0; number < count; number++)
        {
            sum += await questions.AnswerAsync(number, cancellationToken);
        }

        return sum;
    }

    public async IAsyncEnumerable<long> SquareAsync(IAsyncEnumerable<int> numbers, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (int number in numbers.WithCancellation(cancellationToken))
        {
            yield return (long)number * number;
        }
    }

    public Task<int> CountUpAsync(int count, IProgress<int>? numbers, IProgress<byte[]>? bytes, CancellationToken cancellationToken)
    {
        context.Status.Report("counting");
        for (int number = 0; number < count; number++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            numbers?.Report(number);
            bytes?.Report(new byte[number]);
            if (context.Logger.IsEnabled(LogLevel.Debug))
            {
                context.Logger.LogDebug("counted {Number}", number);
            }
        }

        return Task.FromResult(numbers is null && bytes is null ? 0 : count);
    }

    public Task LogAsync(string message)
    {
        context.Logger.LogDebug("Of debugging: {Message}", message);
        context.Logger.LogWarning("{Message} has {Length} characters", message, message.Length);
        return Task.CompletedTask;
    }

    public async IAsyncEnumerable<int> FailAsync(Description? description)
    {
        yield return 1;
        await Task.Yield();
        throw description is null ? new DaemonFaultException<string>("none") : new DaemonFaultException<Description>(description, "described");
    }
}
