namespace DaemonRpc.TestDaemon.Stress.Shapes;

/// <summary>Questions that are answered, fail, or hang until they are withdrawn.</summary>
internal sealed class AskShape : Shape, IStressQuestions
{
    private const int Most = 30;

    private readonly StressCall _call;
    private readonly string _letters;
    private readonly TaskCompletionSource _rest = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _hanging = 1;

    public AskShape(Random random, StressCall call)
        : base(random)
    {
        _call = call;
        _letters = new string(random.GetItems<char>("aaaaaaaasstth", random.Next(1, Most)));
        if (Seldom(_letters.Length) is { } place)
        {
            _letters = _letters[..place] + 'p' + _letters[place..];
        }
    }

    public override async Task<string> CallAsync(TestServiceClient client, CancellationToken own)
    {
        long sum = await client.StressAskAsync(_call, _letters, this, own);
        int expected = _letters.Select(static (letter, number) => letter switch { 'a' => number, 's' => 3 * number, _ => 0 }).Sum();
        Check(!_letters.Contains('p', StringComparison.Ordinal), "The call returned although the caller threw.");
        Check(sum == expected, $"The answers are {sum} instead of {expected}.");
        return $"result {sum}";
    }

    public async Task<int> AnswerAsync(char letter, int number, CancellationToken cancellationToken)
    {
        Check(_letters[number] == letter, $"Question {number} is '{letter}'.");
        if (letter is 't' or 'p')
        {
            await Task.Yield();
            throw letter == 'p' ? Failure : new OwnFailureException();
        }

        if (letter == 'h')
        {
            _ = Interlocked.Increment(ref _hanging);
            try
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }
            finally
            {
                Leave();
            }
        }

        return number;
    }

    // What hangs is withdrawn by the call's end at the latest.
    protected override Task CheckAsync(bool isWhole)
    {
        Leave();
        return _rest.Task.WaitAsync(Told.Limit);
    }

    private void Leave()
    {
        if (Interlocked.Decrement(ref _hanging) == 0)
        {
            _ = _rest.TrySetResult();
        }
    }
}
