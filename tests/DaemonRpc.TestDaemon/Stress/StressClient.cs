using System.Globalization;

namespace DaemonRpc.TestDaemon.Stress;

/// <summary>A client that calls, cancels and watches all at once, until it is told to rest and then to leave.</summary>
internal sealed class StressClient(string folder, string name, int seed, Func<DaemonClientOptions> options) : IDisposable
{
    private const int Callers = 2;

    private readonly CancellationTokenSource _resting = new();
    private readonly CancellationTokenSource _leaving = new();

    public static async Task RunAsync(string[] args)
    {
        using var client = new StressClient(args[1], args[2], int.Parse(args[3], CultureInfo.InvariantCulture), () => ClientCommand.Options(args));
        await client.RunAsync();
    }

    public void Dispose()
    {
        _resting.Dispose();
        _leaving.Dispose();
    }

    private async Task RunAsync()
    {
        var watcher = new StressWatcher(folder, name, options);
        Task watching = watcher.RunAsync(_leaving.Token);
        Task[] working =
        [
            .. Enumerable.Range(0, Callers).Select(number => new StressCaller(folder, $"{name}.{number}", new Random(seed + number), options).RunAsync(_resting.Token)),
            new StressCanceller(folder, new Random(seed + Callers), options).RunAsync(_resting.Token),
        ];
        Console.WriteLine("begun");

        // "rest", and when all do, the number of the status that is the last one.
        _ = await Console.In.ReadLineAsync();
        await _resting.CancelAsync();
        await Task.WhenAll(working);
        Console.WriteLine("resting");
        long last = long.Parse((await Console.In.ReadLineAsync())!, CultureInfo.InvariantCulture);
        await watcher.SeenAsync(last);
        await _leaving.CancelAsync();
        await watching;
        Console.WriteLine("left");
    }
}
