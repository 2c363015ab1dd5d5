using System.CommandLine;
using CodeSearch.Contract;
using CodeSearch.Output;

namespace CodeSearch.Commands;

/// <summary><c>codesearch index</c>: reads what is new or changed.</summary>
internal static class IndexCommand
{
    private static readonly Argument<string> s_directory = CommandLine.DirectoryArgument();
    private static readonly Option<bool> s_wait = CommandLine.WaitOption();

    public static Command Create()
    {
        Command command = new("index", "Brings the index up to date. A search does so by itself.") { s_directory, s_wait };
        command.Do(s_directory, RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(SearchedDirectory directory, ParseResult arguments, CancellationToken cancellationToken)
    {
        await using CodeSearchClient client = await directory.ConnectAsync(arguments.GetValue(s_wait), cancellationToken);
        IndexSummary summary;
        await using (ProgressDisplay.Start(client.Daemon))
        {
            summary = await client.IndexAsync(cancellationToken);
        }

        foreach (FileHits problem in summary.Problems)
        {
            Errors.Say($"{problem.Path}: {problem.Problem}");
        }

        Console.WriteLine(SummaryText.Of(summary));
        return summary.Problems.Length > 0 ? ExitCode.Error : ExitCode.Found;
    }
}
