using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Parsing;
using System.Globalization;
using DaemonRpc.Tool.Daemons;

namespace DaemonRpc.Tool.Commands;

/// <summary>The arguments and options that several commands share.</summary>
internal static class SharedOptions
{
    // A shell's completion must not hang when a daemon does.
    private static readonly TimeSpan s_completionTimeout = TimeSpan.FromMilliseconds(300);

    public static Option<string?> RuntimeDirectory { get; } = new("--runtime-directory")
    {
        Description = "The folder with the daemons' files; by default DAEMONRPC_DIR, or the user's own.",
        HelpName = "path",
        Recursive = true,
    };

    public static Option<double> Timeout { get; } = new("--timeout")
    {
        Description = "How many seconds each daemon may take to answer; 1 by default.",
        HelpName = "seconds",
        Recursive = true,
        DefaultValueFactory = static _ => 1,
        CustomParser = static result =>
        {
            if (double.TryParse(result.Tokens[0].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds) && seconds is > 0 and <= 3600)
            {
                return seconds;
            }

            result.AddError($"'{result.Tokens[0].Value}' is no number of seconds between 0 and 3600.");
            return 0;
        },
    };

    public static Argument<string> Id()
    {
        Argument<string> id = new("id") { Description = "The daemon's id, or its process id." };
        id.CompletionSources.Add(Ids);
        id.Validators.Add(RefuseOptions);
        return id;
    }

    public static Argument<string?> OptionalId()
    {
        Argument<string?> id = new("id") { Description = "The daemon's id, or its process id; all daemons by default.", Arity = ArgumentArity.ZeroOrOne };
        id.CompletionSources.Add(Ids);
        id.Validators.Add(RefuseOptions);
        return id;
    }

    public static Option<string?> Instance()
    {
        Option<string?> instance = new("--instance") { Description = "The daemon's instance; '' is the unnamed one.", HelpName = "name" };
        instance.CompletionSources.Add(static context => Known(context, static daemon => daemon.Instance));
        return instance;
    }

    public static Option<bool> Json() => new("--json") { Description = "Writes JSON." };

    /// <summary>The daemons that the command line names.</summary>
    public static DaemonQuery Query(this ParseResult arguments, string? id = null, string? instance = null) =>
        new(id, instance, arguments.GetValue(RuntimeDirectory), TimeSpan.FromSeconds(arguments.GetValue(Timeout)));

    // The library takes an unknown option for the argument. No daemon's id begins with a hyphen.
    private static void RefuseOptions(ArgumentResult id)
    {
        if (id.Tokens is [{ Value: ['-', ..] option }])
        {
            id.AddError($"There is no option '{option}'.");
        }
    }

    private static IEnumerable<CompletionItem> Ids(CompletionContext context) => Known(context, static daemon => daemon.Id);

    private static IEnumerable<CompletionItem> Known(CompletionContext context, Func<DaemonHandle, string> text)
    {
        DaemonQuery query = new(null, null, context.ParseResult.GetValue(RuntimeDirectory), s_completionTimeout);
        try
        {
            List<DaemonReport> reports = query.FindAsync(includeEnded: true, CancellationToken.None).ToListAsync().AsTask().GetAwaiter().GetResult();
            return reports.Select(report => text(report.Daemon)).Where(static name => name.Length > 0).Distinct().Order(StringComparer.Ordinal)
                .Select(static name => new CompletionItem(name));
        }
        catch (Exception exception) when (exception is DaemonException or IOException)
        {
            // A shell that completes a line shows no errors; the command itself will.
            return [];
        }
    }
}
