namespace DaemonRpc.TestDaemon.Stress;

/// <summary>Cancels now and then what runs, whoever's it is, and writes down what became of it.</summary>
internal sealed class StressCanceller(string folder, Random random, Func<DaemonClientOptions> options)
{
    private const int MostMillisecondsBetween = 1500;

    private readonly StressRecord _record = StressRecord.Of(folder);

    public async Task RunAsync(CancellationToken resting)
    {
        while (!resting.IsCancellationRequested)
        {
            string task = "any";
            try
            {
                await using TestServiceClient client = await TestServiceClient.ConnectAsync(options(), CancellationToken.None).WaitAsync(Told.Limit, CancellationToken.None);
                while (true)
                {
                    // Not for anything to happen: these are the moments to cancel at.
                    await Task.Delay(random.Next(MostMillisecondsBetween), resting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    if (resting.IsCancellationRequested)
                    {
                        break;
                    }

                    task = "any";
                    DaemonStatus status = await client.Daemon.GetStatusAsync(CancellationToken.None).WaitAsync(Told.Limit, CancellationToken.None);
                    if (status.Task is { } running && random.Next(4) > 0)
                    {
                        // The handler's message is the name of the call, if it has come so far.
                        task = $"{running.Id}";
                        _record.Add($"cancel {task} {status.Message ?? "-"}");
                        CancelOutcome outcome = await client.Daemon.CancelAsync(running.Id, CancellationToken.None).WaitAsync(Told.Limit, CancellationToken.None);
                        _record.Add($"canceled {task} {outcome}");
                    }
                    else
                    {
                        CancelOutcome outcome = await client.Daemon.CancelAsync(CancellationToken.None).WaitAsync(Told.Limit, CancellationToken.None);
                        _record.Add($"canceled any {outcome}");
                    }
                }
            }
#pragma warning disable CA1031 // Whatever it is, it is written down, and judged by who reads it.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                _record.Add($"canceled {task} {Told.Word(exception)}");
            }
        }
    }
}
