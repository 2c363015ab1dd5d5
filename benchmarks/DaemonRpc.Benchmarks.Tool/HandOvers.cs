using System.Diagnostics;
using System.Globalization;

namespace DaemonRpc.Benchmarks.Tool;

/// <summary>Cancels a handler that does not listen, over and over: from the end of the grace until the successor has answered a call.</summary>
internal static class HandOvers
{
    /// <returns>A round, how many connections were opened meanwhile, and how many of them were refused.</returns>
    public static async Task<string> MeasureAsync(WorkshopClient workshop, int cancels)
    {
        var round = new Round(cancels);
        await using WorkshopClient other = await WorkshopClient.ConnectAsync();
        using var knocking = new Knocking(Path.ChangeExtension(workshop.Daemon.LogPath!, "sock"));
        for (int cancel = 0; cancel < cancels; cancel++)
        {
            Task spin = workshop.SpinAsync();
            await WaitForTaskAsync(other);
            long begun = Stopwatch.GetTimestamp();
            CancelOutcome outcome = await other.Daemon.CancelAsync();
            _ = await other.AddAsync(1, 2);
            round.Add(begun + (long)(Grace.Length.TotalSeconds * Stopwatch.Frequency));
            if (outcome != CancelOutcome.Forced)
            {
                throw new InvalidOperationException($"The handler that spins was to be ended by force, and was {outcome}.");
            }

            await ExpectCancellationAsync(spin);
        }

        (int opened, int refused) = knocking.Stop();
        return string.Create(CultureInfo.InvariantCulture, $"{opened} {refused} {round}");
    }

    private static async Task WaitForTaskAsync(WorkshopClient client)
    {
        await foreach (DaemonStatus status in client.Daemon.WatchStatusAsync())
        {
            if (status.State == DaemonState.Busy)
            {
                return;
            }
        }

        throw new InvalidOperationException("The daemon left before it began the task.");
    }

    private static async Task ExpectCancellationAsync(Task call)
    {
        try
        {
            await call;
        }
        catch (DaemonTaskCanceledException)
        {
            return;
        }

        throw new InvalidOperationException("The call that was cancelled ended well.");
    }
}
