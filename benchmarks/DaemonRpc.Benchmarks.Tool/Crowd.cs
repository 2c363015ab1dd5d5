using System.Diagnostics;
using System.Globalization;

namespace DaemonRpc.Benchmarks.Tool;

/// <summary>Many that want to be served while a task runs.</summary>
internal static class Crowd
{
    /// <summary>So many wait in the queue, each with a connection of its own, and are then served.</summary>
    /// <returns>How many threads the daemon has while they wait, and the time from the end of the task until all were served.</returns>
    public static async Task<string> WaitInQueueAsync(WorkshopClient workshop, int callers)
    {
        var clients = new List<WorkshopClient>();
        for (int caller = 0; caller < callers; caller++)
        {
            clients.Add(await WorkshopClient.ConnectAsync(new DaemonClientOptions { BusyTimeout = TimeSpan.FromMinutes(1) }));
        }

        using var release = new CancellationTokenSource();
        Task hold = HoldAsync(workshop, release.Token);
        await WaitForAsync(workshop, status => status.State == DaemonState.Busy);
        Task[] calls = [.. clients.Select(client => client.AddAsync(1, 2).AsTask())];
        await WaitForAsync(workshop, status => status.Waiting == callers);
        int threads = Directory.GetDirectories($"/proc/{workshop.Daemon.ProcessId}/task").Length;
        long begun = Stopwatch.GetTimestamp();
        await release.CancelAsync();
        await Task.WhenAll(calls);
        TimeSpan elapsed = Stopwatch.GetElapsedTime(begun);
        await hold;
        foreach (WorkshopClient client in clients)
        {
            await client.DisposeAsync();
        }

        return string.Create(CultureInfo.InvariantCulture, $"{threads} {(long)elapsed.TotalNanoseconds}");
    }

    /// <summary>So many calls that do not wait, one after another.</summary>
    /// <returns>A round.</returns>
    public static async Task<string> BeRejectedAsync(WorkshopClient workshop, int calls)
    {
        await using WorkshopClient other = await WorkshopClient.ConnectAsync();
        using var release = new CancellationTokenSource();
        Task hold = HoldAsync(other, release.Token);
        await WaitForAsync(workshop, status => status.State == DaemonState.Busy);
        var round = new Round(calls);
        for (int call = 0; call < calls; call++)
        {
            long begun = Stopwatch.GetTimestamp();
            try
            {
                _ = await workshop.AddAsync(call, 1);
                throw new InvalidOperationException("The daemon was busy, and served a call.");
            }
            catch (DaemonBusyException)
            {
                round.Add(begun);
            }
        }

        await release.CancelAsync();
        await hold;
        return round.ToString();
    }

    private static async Task HoldAsync(WorkshopClient client, CancellationToken cancellationToken)
    {
        try
        {
            await client.HoldAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // That is how it ends.
        }
    }

    private static async Task WaitForAsync(WorkshopClient client, Func<DaemonStatus, bool> condition)
    {
        await foreach (DaemonStatus status in client.Daemon.WatchStatusAsync())
        {
            if (condition(status))
            {
                return;
            }
        }

        throw new InvalidOperationException("The daemon has left.");
    }
}
