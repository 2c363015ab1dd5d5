using System.CommandLine;
using System.Diagnostics;
using CodeSearch.Contract;
using CodeSearch.Output;
using CodeSearch.Searching;

namespace CodeSearch.Commands;

/// <summary><c>codesearch search</c>: prints the lines that match.</summary>
internal static class SearchCommand
{
    private static readonly Argument<string> s_pattern = new("pattern") { Description = "A .NET regular expression. Write -- before one that begins with a dash." };
    private static readonly Argument<string> s_directory = CommandLine.DirectoryArgument();
    private static readonly Option<bool> s_literal = new("--fixed-strings", "-F") { Description = "The pattern is plain text." };
    private static readonly Option<bool> s_ignoreCase = new("--ignore-case", "-i") { Description = "Upper and lower case are the same." };
    private static readonly Option<bool> s_pathsOnly = new("--files-with-matches", "-l") { Description = "Print only the paths of files with hits." };
    private static readonly Option<bool> s_quiet = new("--quiet", "-q") { Description = "Do not print progress and the time taken." };
    private static readonly Option<bool> s_wait = CommandLine.WaitOption();

    public static Command Create()
    {
        Command command = new("search", "Prints the lines that match, as 'grep -rn' does. Indexes the directory first if need be.")
        {
            s_pattern, s_directory, s_literal, s_ignoreCase, s_pathsOnly, s_quiet, s_wait,
        };
        command.Do(s_directory, RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(SearchedDirectory directory, ParseResult arguments, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        SearchQuery query = new(
            arguments.GetValue(s_pattern)!, arguments.GetValue(s_literal), arguments.GetValue(s_ignoreCase), arguments.GetValue(s_pathsOnly));

        // The daemon would say the same, but need not be started to hear it.
        SearchPattern.Check(query);
        bool isQuiet = arguments.GetValue(s_quiet);
        await using CodeSearchClient client = await directory.ConnectAsync(arguments.GetValue(s_wait), cancellationToken);
        HitPrinter printer = new();
        await PrintAsync(client, query, printer, isQuiet, cancellationToken);
        if (!isQuiet)
        {
            Errors.Write(SummaryText.Of(printer, query.PathsOnly, Stopwatch.GetElapsedTime(start), client.Daemon.Origin));
        }

        return printer.Problems > 0 ? ExitCode.Error : printer.Hits > 0 ? ExitCode.Found : ExitCode.Nothing;
    }

    private static async Task PrintAsync(CodeSearchClient client, SearchQuery query, HitPrinter printer, bool isQuiet, CancellationToken cancellationToken)
    {
        await using ProgressDisplay? progress = isQuiet ? null : ProgressDisplay.Start(client.Daemon);
        using CancellationTokenSource ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using IAsyncEnumerator<FileHits> hits = client.SearchAsync(query, ending.Token).GetAsyncEnumerator(ending.Token);
        while (true)
        {
            Task<bool> next = hits.MoveNextAsync().AsTask();
            try
            {
                if (!next.IsCompleted)
                {
                    // While the daemon searches on, the user sees what it has found.
                    printer.Flush();
                }
            }
            catch (OutputClosedException)
            {
                // An enumerator must not be disposed while it moves.
                await ending.CancelAsync();
                await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                throw;
            }

            if (!await next)
            {
                printer.Flush();
                return;
            }

            if (progress is not null)
            {
                await progress.EndAsync();
            }

            printer.Print(hits.Current);
        }
    }
}
