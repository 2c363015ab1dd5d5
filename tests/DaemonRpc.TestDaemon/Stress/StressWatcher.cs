using System.Globalization;

namespace DaemonRpc.TestDaemon.Stress;

/// <summary>Watches without end, through as many daemons as come, and writes down every status.</summary>
internal sealed class StressWatcher(string folder, string name, Func<DaemonClientOptions> options)
{
    private readonly StressRecord _record = StressRecord.OfWatch(folder, name);
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _seen = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _last;
    private long _wanted = -1;

    /// <summary>Completes when the status of that number is the last one that came.</summary>
    public Task SeenAsync(long sequence)
    {
        Note(() => _wanted = sequence);
        return _seen.Task;
    }

    public async Task RunAsync(CancellationToken leaving)
    {
        while (!leaving.IsCancellationRequested)
        {
            try
            {
                await using TestServiceClient client = await TestServiceClient.ConnectAsync(options(), leaving);
                _record.Add("watch");
                await foreach (DaemonStatus status in client.Daemon.WatchStatusAsync(leaving))
                {
                    _record.Add(Line(status));
                    Note(() => _last = status is { State: DaemonState.Ready, Task: null } ? status.Sequence : 0);
                }

                _record.Add("watched to its end");
            }
            catch (OperationCanceledException) when (leaving.IsCancellationRequested)
            {
                _record.Add("watched enough");
            }
#pragma warning disable CA1031 // Whatever it is, it is written down, and judged by who reads it.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                _record.Add($"watched {Told.Word(exception)}");
            }
        }
    }

    private static string Line(DaemonStatus status) => string.Create(
        CultureInfo.InvariantCulture,
        $"status {status.Sequence} {status.State} {status.Task?.Id.ToString() ?? "-"} {status.TasksFinished} {status.Missed} {(status.LastCanceled is { } canceled ? $"{canceled.Id} {canceled.Outcome}" : "- -")} {status.Message ?? "-"}");

    private void Note(Action change)
    {
        lock (_gate)
        {
            change();
            if (_last == _wanted)
            {
                _ = _seen.TrySetResult();
            }
        }
    }
}
