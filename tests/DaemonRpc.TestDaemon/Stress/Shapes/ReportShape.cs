namespace DaemonRpc.TestDaemon.Stress.Shapes;

/// <summary>Progress of two kinds, in order, to an object that may be slow or fail.</summary>
internal sealed class ReportShape : Shape
{
    private const int Most = 2000;
    private const int ArrayEvery = 16;
    private const int SlowSpins = 20_000;

    private readonly StressCall _call;
    private readonly int _count;
    private readonly int? _failsAt;
    private readonly bool _isSlow;
    private readonly bool _wantsNumbers;
    private readonly bool _wantsArrays;
    private int _numbers;
    private int _arrays;
    private int _at;
    private volatile bool _isOver;

    public ReportShape(Random random, StressCall call)
        : base(random)
    {
        _call = call;
        _count = random.Next(Most);
        _failsAt = Seldom(Most);
        _isSlow = random.Next(6) == 0;
        _wantsNumbers = random.Next(5) > 0;
        _wantsArrays = random.Next(3) > 0;
    }

    public override async Task<string> CallAsync(TestServiceClient client, CancellationToken own)
    {
        int reports = await client.StressReportAsync(
            _call, _count, _wantsNumbers ? new Reports<int>(OnNumber) : null, _wantsArrays ? new Reports<byte[]>(OnArray) : null, own);
        Check(reports == _numbers + _arrays, $"Of {reports} reports {_numbers} and {_arrays} had come when the call returned.");
        Check(!_wantsNumbers || _numbers == _count, $"{_numbers} of {_count} numbers had come when the call returned.");
        return $"result {reports}";
    }

    protected override Task CheckAsync(bool isWhole)
    {
        _isOver = true;
        return Task.CompletedTask;
    }

    private void OnNumber(int number)
    {
        Enter();
        Check(number == _numbers, $"Report {_numbers} is {number}.");
        if (number == _failsAt)
        {
            Leave();
            throw Failure;
        }

        _numbers++;
        if (_isSlow)
        {
            Thread.SpinWait(SlowSpins);
        }

        Leave();
    }

    private void OnArray(byte[] array)
    {
        Enter();
        Check(array.Length == _arrays * ArrayEvery, $"Array {_arrays} has {array.Length} bytes.");
        Check(!_wantsNumbers || array.Length == _numbers - 1, $"Array {_arrays} came after {_numbers} numbers.");
        _arrays++;
        Leave();
    }

    private void Enter()
    {
        Check(Interlocked.Increment(ref _at) == 1, "Two reports came at a time.");
        Check(!_isOver, "A report came after the call's end.");
    }

    private void Leave() => _ = Interlocked.Decrement(ref _at);
}
