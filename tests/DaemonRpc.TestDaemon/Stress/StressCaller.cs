using DaemonRpc.TestDaemon.Stress.Shapes;

namespace DaemonRpc.TestDaemon.Stress;

/// <summary>Makes calls of all kinds, one after another, and writes down what it was told of each.</summary>
internal sealed class StressCaller(string folder, string name, Random random, Func<DaemonClientOptions> options)
{
    // In every way: one that waits not at all, for a moment, or for as long as it takes.
    private static readonly TimeSpan[] s_waits = [TimeSpan.Zero, TimeSpan.FromMilliseconds(200), Timeout.InfiniteTimeSpan];

    private const int MostCallsPerClient = 12;
    private const int MostMilliseconds = 40;

    private readonly StressRecord _record = StressRecord.Of(folder);
    private int _calls;

    public async Task RunAsync(CancellationToken resting)
    {
        while (!resting.IsCancellationRequested)
        {
            DaemonClientOptions chosen = options();
            chosen.BusyTimeout = s_waits[random.Next(s_waits.Length)];
            chosen.CallTimeout = random.Next(6) == 0 ? TimeSpan.FromMilliseconds(random.Next(10, 1000)) : Timeout.InfiniteTimeSpan;
            try
            {
                await using TestServiceClient client = await TestServiceClient.ConnectAsync(chosen, CancellationToken.None).WaitAsync(Told.Limit, CancellationToken.None);
                for (int left = random.Next(1, MostCallsPerClient); left > 0 && !resting.IsCancellationRequested; left--)
                {
                    await CallAsync(client);
                }
            }
#pragma warning disable CA1031 // Whatever it is, it is written down, and judged by who reads it.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                _record.Add($"connect {name} {Told.Word(exception)}");
            }
        }
    }

    private async Task CallAsync(TestServiceClient client)
    {
        string call = $"{name}.{_calls++}";
        string kind = random.Next(10) switch
        {
            < 2 => "stream",
            < 6 => Shape.Kinds[random.Next(Shape.Kinds.Count)],
            _ => StressTask.Kinds[random.Next(StressTask.Kinds.Count)],
        };
        int milliseconds = random.Next(MostMilliseconds);
        using var own = new CancellationTokenSource();
        if (random.Next(5) == 0)
        {
            own.CancelAfter(random.Next(1, 10 * MostMilliseconds));
        }

        _record.Add($"call {call} {kind} {milliseconds}");
        Shape? shape = Shape.Kinds.Contains(kind) ? Shape.Of(kind, random, new StressCall(folder, call, milliseconds)) : null;
        string told;
        try
        {
            Task<string> calling = shape is not null ? shape.CallAsync(client, own.Token)
                : kind == "stream" ? ReadAsync(client, call, milliseconds, own.Token)
                : RunAsync(client, call, kind, milliseconds, own.Token);

            // Without the token: what becomes of the call is told, or it hangs.
            told = await calling.WaitAsync(Told.Limit, CancellationToken.None);
        }
#pragma warning disable CA1031 // As above.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            told = ReferenceEquals(exception, shape?.Failure) ? "own" : Told.Word(exception);
        }

        _record.Add($"told {call} {told}");
        if (shape is not null && await shape.EndAsync(isWhole: told.StartsWith("result", StringComparison.Ordinal)) is { } complaint)
        {
            _record.Add($"wrong {call} {complaint}");
        }

        if (told == "busy")
        {
            // Not for anything to happen: a client that is refused comes back a little later.
            await Task.Delay(random.Next(20), CancellationToken.None);
        }
    }

    private async Task<string> RunAsync(TestServiceClient client, string call, string kind, int milliseconds, CancellationToken own)
    {
        var parcel = Parcel.Make(random);
        string sent = parcel.Describe();
        Parcel returned = await client.StressAsync(folder, call, kind, milliseconds, parcel, own);
        return returned.Describe() == sent ? $"result {sent.Length}" : $"wrong: {returned} instead of {sent}";
    }

    private async Task<string> ReadAsync(TestServiceClient client, string call, int milliseconds, CancellationToken own)
    {
        int count = random.Next(1, 2000);
        int wanted = random.Next(3) == 0 ? random.Next(1, count + 1) : int.MaxValue;
        int read = 0;
        await foreach (int number in client.StressItemsAsync(folder, call, count, milliseconds / 10, own))
        {
            if (number != read++)
            {
                return $"wrong: item {read - 1} is {number}";
            }

            if (read == wanted)
            {
                return $"left {read}";
            }
        }

        return read == count ? $"result {read}" : $"wrong: {read} items of {count}, and no error";
    }
}
