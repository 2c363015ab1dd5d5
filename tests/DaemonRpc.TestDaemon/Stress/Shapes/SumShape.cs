namespace DaemonRpc.TestDaemon.Stress.Shapes;

/// <summary>Two streams of the caller's, of which the handler takes some or all, and of which the first may fail.</summary>
internal sealed class SumShape : Shape
{
    private const int MostNumbers = 3000;
    private const int MostArrays = 30;
    private const int MostBytes = 50_000;

    private readonly StressCall _call;
    private readonly int[] _numbers;
    private readonly byte[][] _arrays;
    private readonly bool _passesArrays;
    private readonly GivenItems<int> _givenNumbers;
    private readonly GivenItems<byte[]> _givenArrays;
    private readonly int _most;

    public SumShape(Random random, StressCall call)
        : base(random)
    {
        _call = call;
        _numbers = [.. Enumerable.Range(0, random.Next(1, MostNumbers)).Select(_ => random.Next())];
        _arrays = [.. Enumerable.Range(0, random.Next(MostArrays)).Select(_ => new byte[random.Next(MostBytes)])];
        _passesArrays = random.Next(2) == 0;
        _givenNumbers = new GivenItems<int>(_numbers, random.Next(1, 100), Seldom(_numbers.Length), Failure, Complain);
        _givenArrays = new GivenItems<byte[]>(_arrays, random.Next(1, 10), null, Failure, Complain);
        _most = random.Next(3) == 0 ? random.Next(_numbers.Length) : int.MaxValue;
    }

    public override async Task<string> CallAsync(TestServiceClient client, CancellationToken own)
    {
        long sum = await client.StressSumAsync(_call, _givenNumbers.YieldAsync(own), _passesArrays ? _givenArrays.YieldAsync(own) : null, _most, own);
        long expected = _numbers.Take(_most).Sum(static number => (long)number) + (_passesArrays ? _arrays.Take(_most).Sum(static array => array.Length) : 0);
        Check(!_givenNumbers.FailsWithin(_most), "The call returned although the stream failed.");
        Check(sum == expected, $"The sum is {sum} instead of {expected}.");
        return $"result {sum}";
    }

    protected override async Task CheckAsync(bool isWhole)
    {
        await _givenNumbers.OverAsync();
        await _givenArrays.OverAsync();
    }
}
