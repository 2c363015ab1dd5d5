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

/// <summary>docs/guides/waiting.md: a handler that gives way.</summary>
internal sealed class CheckingWords(DaemonContext context)
{
    // <busy-yield>
    public async Task<int> CheckAsync(string[] files, CancellationToken cancellationToken)
    {
        int wrong = 0;
        for (int file = 0; file < files.Length; file++)
        {
            context.Status.Report($"Checking {files[file]}", (double)file / files.Length);
            wrong += await CheckFileAsync(files[file], cancellationToken) ? 0 : 1;

            // The calls that wait run now, one at a time; then the check goes on.
            await context.YieldAsync(cancellationToken);
        }

        return wrong;
    }
    // </busy-yield>

    private static async Task<bool> CheckFileAsync(string file, CancellationToken cancellationToken) =>
        (await File.ReadAllTextAsync(file, cancellationToken)).EndsWith('\n');
}
