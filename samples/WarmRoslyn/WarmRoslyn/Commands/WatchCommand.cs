using System.CommandLine;
using WarmRoslyn.Contract;
using WarmRoslyn.Output;

namespace WarmRoslyn.Commands;

/// <summary><c>warmroslyn watch</c>: prints diagnostics as they come and go, until Ctrl-C.</summary>
/// <remarks>
/// The watching is done here, by asking again after each change. A call that stays open would keep the daemon, which runs one task at a time, from
/// answering others.
/// </remarks>
internal static class WatchCommand
{
    /// <summary>An editor or a checkout writes several files; one answer to all of them is enough.</summary>
    private static readonly TimeSpan s_quiet = TimeSpan.FromMilliseconds(100);

    /// <summary>How long to trust the notices of the system, which may be lost, and say nothing of files elsewhere.</summary>
    private static readonly TimeSpan s_trust = TimeSpan.FromSeconds(2);

    public static Command Create(Connector connect)
    {
        Command command = new("watch", "Prints diagnostics as they appear (+) and go (-), until Ctrl-C.");
        DiagnosticsCommand.Options.ToList().ForEach(command.Add);
        command.Do(async (solution, arguments, cancellationToken) =>
        {
            await using WarmRoslynClient client = await connect(solution, cancellationToken);
            return await RunAsync(client, Path.GetDirectoryName(solution)!, arguments, cancellationToken);
        });
        return command;
    }

    private static async Task<int> RunAsync(WarmRoslynClient client, string folder, ParseResult arguments, CancellationToken cancellationToken)
    {
        Printer printer = Printer.For(arguments);
        using var changed = new SemaphoreSlim(0);
        using FileSystemWatcher watcher = new(folder) { IncludeSubdirectories = true };
        watcher.Changed += Notice;
        watcher.Created += Notice;
        watcher.Deleted += Notice;
        watcher.Renamed += Notice;
        watcher.EnableRaisingEvents = true;
        HashSet<CodeDiagnostic>? known = null;
        try
        {
            while (true)
            {
                HashSet<CodeDiagnostic> now = await AskAsync(client, DiagnosticsCommand.QueryOf(arguments), cancellationToken);
                Print(printer, known ?? [], now);
                if (known is null || !known.SetEquals(now))
                {
                    Texts.Summarize(now.Count(diagnostic => diagnostic.Severity == Severity.Error), now.Count(diagnostic => diagnostic.Severity == Severity.Warning));
                }

                known = now;
                _ = await changed.WaitAsync(s_trust, cancellationToken);
                while (await changed.WaitAsync(s_quiet, cancellationToken))
                {
                    // More of the same change.
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Ctrl-C is how one stops watching.
            return ExitCode.Success;
        }

        void Notice(object sender, FileSystemEventArgs change) => changed.Release();
    }

    private static async Task<HashSet<CodeDiagnostic>> AskAsync(WarmRoslynClient client, DiagnosticQuery query, CancellationToken cancellationToken)
    {
        await using Progress progress = Progress.Show(client.Daemon);
        return await client.DiagnosticsAsync(query, cancellationToken).ToHashSetAsync(cancellationToken: cancellationToken);
    }

    private static void Print(Printer printer, HashSet<CodeDiagnostic> before, HashSet<CodeDiagnostic> now)
    {
        foreach (CodeDiagnostic gone in before.Except(now))
        {
            printer.Print(gone, sign: "- ");
        }

        foreach (CodeDiagnostic come in now.Except(before))
        {
            printer.Print(come, sign: "+ ");
        }
    }
}
