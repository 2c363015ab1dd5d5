using System.CommandLine;
using System.Globalization;
using DaemonRpc.Tool.Output;

namespace DaemonRpc.Tool.Commands;

/// <summary><c>daemonrpc prune</c>: removes what ended daemons have left.</summary>
internal static class PruneCommand
{
    private static readonly Option<bool> s_dryRun = new("--dry-run") { Description = "Lists the files, and removes none." };
    private static readonly Option<bool> s_json = SharedOptions.Json();

    private static readonly Option<TimeSpan?> s_olderThan = new("--older-than")
    {
        Description = "Removes also logs and journals of daemons that do not run and have written nothing for so long, such as 30d or 12h.",
        HelpName = "time",
        CustomParser = static result =>
        {
            if (TryParse(result.Tokens[0].Value, out TimeSpan time))
            {
                return time;
            }

            result.AddError($"'{result.Tokens[0].Value}' is no time: give a number of days, hours or minutes, such as 30d, 12h or 90m.");
            return null;
        },
    };

    public static Command Create()
    {
        Command command = new("prune", "Removes the sockets that killed daemons have left. Touches nothing of a daemon that runs or is being started.") { s_olderThan, s_dryRun, s_json };
        command.Do(RunAsync);
        return command;
    }

    internal static bool TryParse(string text, out TimeSpan time)
    {
        time = default;
        const int MostDays = 36_500;
        if (text.Length < 2 || !int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out int number) || number > MostDays)
        {
            return false;
        }

        time = text[^1] switch
        {
            'd' => TimeSpan.FromDays(number),
            'h' => TimeSpan.FromHours(number),
            'm' => TimeSpan.FromMinutes(number),
            _ => TimeSpan.MinValue,
        };
        return time != TimeSpan.MinValue;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        bool dryRun = arguments.GetValue(s_dryRun);
        IReadOnlyList<string> removed = await DaemonControl.PruneAsync(arguments.GetValue(s_olderThan), dryRun, arguments.GetValue(SharedOptions.RuntimeDirectory), cancellationToken);
        if (arguments.GetValue(s_json))
        {
            using var output = JsonOutput.Begin();
            output.Writer.WriteBoolean("isDryRun", dryRun);
            output.Writer.WriteStartArray("files");
            foreach (string path in removed)
            {
                output.Writer.WriteStringValue(path);
            }

            output.Writer.WriteEndArray();
            output.End();
        }
        else
        {
            foreach (string path in removed)
            {
                StandardOutput.WriteLine($"{(dryRun ? "Would remove" : "Removed")} {PlainText.Of(path)}");
            }
        }

        return ExitCode.Done;
    }
}
