using Microsoft.Extensions.Logging;

namespace DaemonRpc.Docs.Tests.Snippets;

/// <summary>docs/guides/status.md.</summary>
internal static class Status
{
    public static async Task<Summary> WatchOwnCallAsync(WordsClient words, string file)
    {
        // <status-own-call>
        using var done = new CancellationTokenSource();
        Task display = ShowAsync(words.Daemon, done.Token);
        Summary summary = await words.ReadAsync(file);
        await done.CancelAsync();
        await display;
        // </status-own-call>
        return summary;
    }

    // <status-display>
    private static async Task ShowAsync(DaemonHandle daemon, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (DaemonStatus status in daemon.WatchStatusAsync(cancellationToken))
            {
                Console.Error.WriteLine(status);
            }
        }
        catch (OperationCanceledException)
        {
            // The call has ended, and the display with it.
        }
    }
    // </status-display>

    public static async Task<Summary> HearAsync(ILoggerFactory loggers, string file)
    {
        // <status-log>
        var options = new DaemonClientOptions
        {
            LoggerFactory = loggers,
            TaskLogLevel = LogLevel.Debug,
        };
        await using WordsClient words = await WordsClient.ConnectAsync(options);
        Summary summary = await words.ReadAsync(file);
        // </status-log>
        return summary;
    }

    public static async Task FindAsync()
    {
        // <status-find>
        if (await DaemonControl.FindAsync("com.acme.words") is { } daemon)
        {
            DaemonStatus status = await daemon.GetStatusAsync();
            Console.WriteLine($"{status.State}, process {daemon.ProcessId}, {status.TasksFinished} tasks finished");
        }
        // </status-find>
    }

    public static async Task ListAsync()
    {
        // <status-list>
        foreach (DaemonHandle daemon in await DaemonControl.ListAsync())
        {
            Console.WriteLine($"{daemon.Id} {daemon.Instance}: {await daemon.GetStatusAsync()}");
        }
        // </status-list>
    }

    public static async Task ReportAsync()
    {
        // <status-report>
        await foreach (DaemonReport report in DaemonControl.ReportAsync())
        {
            Console.WriteLine($"{report.Daemon.Id} (process {report.Daemon.ProcessId}): {report.Status?.ToString() ?? report.Problem}");
        }
        // </status-report>
    }

    public static async Task JournalAsync(WordsClient words)
    {
        // <status-journal>
        foreach (DaemonJournalEntry entry in await words.Daemon.ReadJournalAsync())
        {
            Console.WriteLine(entry);
        }
        // </status-journal>
    }
}

/// <summary>A handler that says how far it is.</summary>
internal sealed class ReportingWords(DaemonContext context) : IWords
{
    private readonly SortedSet<string> _words = [];

    // <status-report>
    public async Task<Summary> ReadAsync(string file, CancellationToken cancellationToken)
    {
        string[] lines = await File.ReadAllLinesAsync(file, cancellationToken);
        int count = 0;
        for (int line = 0; line < lines.Length; line++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            context.Status.Report($"Reading line {line} of {lines.Length}", (double)line / lines.Length);
            count += Add(lines[line]);
        }

        return new Summary(count, _words.Count);
    }
    // </status-report>

    public IAsyncEnumerable<string> StartingWithAsync(string prefix, CancellationToken cancellationToken) =>
        _words.Where(word => word.StartsWith(prefix, StringComparison.Ordinal)).ToAsyncEnumerable();

    private int Add(string line)
    {
        string[] found = line.Split(default(char[]), StringSplitOptions.RemoveEmptyEntries);
        _words.UnionWith(found);
        return found.Length;
    }
}
