using DaemonRpc;
using Spectre.Console;

namespace CodeSearch.Output;

/// <summary>Shows progress in a terminal, and leaves no trace of it.</summary>
internal static class ProgressBar
{
    public static Task ShowAsync(IAsyncEnumerable<DaemonStatus> statuses)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return console
            .Progress()
            .AutoClear(true)
            .Columns(new SpinnerColumn(), new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn())
            .StartAsync(async progress =>
            {
                ProgressTask bar = progress.AddTask("Waiting for the daemon", maxValue: 1);
                await foreach (DaemonStatus status in statuses)
                {
                    bar.Description = Markup.Escape(ProgressText.Of(status));
                    bar.IsIndeterminate = status.Progress is null;
                    bar.Value = status.Progress ?? 0;
                }
            });
    }
}
