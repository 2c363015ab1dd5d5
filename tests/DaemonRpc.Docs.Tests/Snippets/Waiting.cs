namespace DaemonRpc.Docs.Tests.Snippets;

/// <summary>docs/guides/waiting.md.</summary>
internal static class Waiting
{
    public static async Task RefusedAsync(WordsClient words, string file)
    {
        // <busy-refused>
        try
        {
            await words.ReadAsync(file);
        }
        catch (DaemonBusyException busy)
        {
            Console.Error.WriteLine(busy.Message);
            if (busy.Task is { } running)
            {
                Console.Error.WriteLine($"{running.Method}, since {running.StartedAt.ToLocalTime():T}, for process {running.ClientProcessId}");
            }
        }
        // </busy-refused>
    }

    public static async Task WaitAsync(string file)
    {
        // <busy-wait>
        await using WordsClient words = await WordsClient.ConnectAsync(new DaemonClientOptions { BusyTimeout = TimeSpan.FromMinutes(1) });
        Summary summary = await words.ReadAsync(file);     // waits for its turn, at most a minute
        // </busy-wait>
        Console.WriteLine(summary);
    }

    public static async Task PositionAsync(WordsClient words, CancellationToken cancellationToken)
    {
        // <busy-position>
        await foreach (DaemonStatus status in words.Daemon.WatchStatusAsync(cancellationToken))
        {
            if (status.Position is { } position)
            {
                Console.Error.WriteLine($"Position {position} of {status.Waiting}. Now running: {status.Task?.Method}");
            }
        }
        // </busy-position>
    }
}
