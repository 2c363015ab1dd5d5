using DaemonRpc;

namespace DaemonRpcTool._1;

/// <summary>The command line. Takes its options and writers, so that a test can run it.</summary>
public static class WordTool
{
    /// <returns>The exit code: 0, 1 for a failure, 2 for wrong arguments, 75 if the daemon is busy, 130 if cancelled.</returns>
    public static async Task<int> RunAsync(
        string[] args, TextWriter output, TextWriter errors, DaemonClientOptions options, CancellationToken cancellationToken = default)
    {
        if (args is not [string file, string prefix])
        {
            errors.WriteLine("Usage: DaemonRpcTool.1 FILE PREFIX");
            return 2;
        }

        try
        {
            await using WordIndexClient words = await WordIndexClient.ConnectAsync(options, cancellationToken);   // starts the daemon if none runs
            Summary summary = await words.ReadAsync(Path.GetFullPath(file), cancellationToken);
            output.WriteLine($"{summary.Words} words read, {summary.Different} different ones known ({words.Daemon.Origin})");
            await foreach (string word in words.StartingWithAsync(prefix, cancellationToken))
            {
                output.WriteLine(word);
            }

            return 0;
        }
        catch (OperationCanceledException)
        {
            errors.WriteLine("Cancelled.");
            return 130;
        }
        catch (DaemonBusyException busy)
        {
            errors.WriteLine(busy.Message);
            return 75;
        }
        catch (Exception failure) when (failure is DaemonException or DaemonTimeoutException)
        {
            errors.WriteLine(failure.Message);
            return 1;
        }
    }
}
