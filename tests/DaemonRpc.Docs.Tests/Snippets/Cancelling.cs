namespace DaemonRpc.Docs.Tests.Snippets;

/// <summary>docs/guides/cancelling.md.</summary>
internal static class Cancelling
{
    public static async Task<int> CtrlCAsync(WordsClient words, string file)
    {
        // <cancel-ctrl-c>
        using var stop = new CancellationTokenSource();
        Console.CancelKeyPress += (_, press) =>
        {
            press.Cancel = true;     // this process goes on until the daemon has acknowledged
            stop.Cancel();
        };

        try
        {
            Summary summary = await words.ReadAsync(file, stop.Token);
            Console.WriteLine(summary.Words);
            return 0;
        }
        catch (DaemonTaskCanceledException canceled)
        {
            Console.Error.WriteLine(canceled.Message);
            return 130;
        }
        // </cancel-ctrl-c>
    }

    public static async Task FromElsewhereAsync()
    {
        // <cancel-anyone>
        if (await DaemonControl.FindAsync("com.acme.words") is { } daemon)
        {
            CancelOutcome outcome = await daemon.CancelAsync();
            Console.WriteLine(outcome);
        }
        // </cancel-anyone>
    }

    public static async Task OneTaskAsync(WordsClient words, string file)
    {
        // <cancel-one>
        try
        {
            await words.ReadAsync(file);
        }
        catch (DaemonBusyException busy) when (busy.Task is { } running)
        {
            await words.Daemon.CancelAsync(running.Id);      // this task, never the one that follows it
        }
        // </cancel-one>
    }

    public static async Task TimeoutAsync(string file)
    {
        // <cancel-timeout>
        await using WordsClient words = await WordsClient.ConnectAsync(new DaemonClientOptions { CallTimeout = TimeSpan.FromSeconds(30) });
        try
        {
            await words.ReadAsync(file);
        }
        catch (DaemonTimeoutException timeout)
        {
            Console.Error.WriteLine($"{timeout.Step} took longer than {timeout.Limit}. It may have run: {timeout.MayHaveRun}");
        }
        // </cancel-timeout>
    }

    public static async Task<int> GraceAsync()
    {
        // <cancel-grace>
        return await WordsDaemon.RunAsync(context => new Words(context), new DaemonOptions { CancelGrace = TimeSpan.FromSeconds(10) });
        // </cancel-grace>
    }

    public static async Task<int> ContinueAsync()
    {
        // <cancel-continue>
        return await WordsDaemon.RunAsync(context => new Words(context), new DaemonOptions { DisconnectBehavior = DisconnectBehavior.ContinueTask });
        // </cancel-continue>
    }
}
