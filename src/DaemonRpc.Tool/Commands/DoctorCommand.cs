using System.CommandLine;
using System.Reflection;
using System.Runtime.InteropServices;
using DaemonRpc.Tool.Checking;
using DaemonRpc.Tool.Daemons;
using DaemonRpc.Tool.Output;

namespace DaemonRpc.Tool.Commands;

/// <summary><c>daemonrpc doctor</c>: what is in the daemons' way, and how to mend it.</summary>
internal static class DoctorCommand
{
    private static readonly Option<bool> s_json = SharedOptions.Json();

    // The package's version, without the commit.
    private static string Version => typeof(DoctorCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    public static Command Create()
    {
        Command command = new("doctor", "Checks the runtime directory, the daemons and the system, and says how to mend what it finds. Exit code 1 when something should be mended.") { s_json };
        command.Do(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        IReadOnlyList<Finding> findings = await FindAsync(arguments.Query(), cancellationToken);
        if (arguments.GetValue(s_json))
        {
            WriteJson(findings);
        }
        else
        {
            foreach (Finding finding in findings)
            {
                Write(finding);
            }
        }

        return findings.Any(static finding => finding.Severity != Severity.Fine) ? ExitCode.Nothing : ExitCode.Done;
    }

    private static async Task<IReadOnlyList<Finding>> FindAsync(DaemonQuery query, CancellationToken cancellationToken)
    {
        List<Finding> findings = [OfVersions()];
        string directory;
        try
        {
            directory = DaemonControl.GetRuntimeDirectory(query.RuntimeDirectory);
            List<DaemonView> daemons = await query.FindAsync(includeEnded: false, cancellationToken).Select(DaemonView.Of).ToListAsync(cancellationToken);
            findings.AddRange(DirectoryChecks.Of(directory));
            findings.AddRange(DaemonChecks.Of(daemons));
            findings.Add(OfStaleFiles(await DaemonControl.PruneAsync(dryRun: true, runtimeDirectory: query.RuntimeDirectory, cancellationToken: cancellationToken)));
        }
        catch (DaemonAccessException exception)
        {
            return [.. findings, DirectoryChecks.Unusable(exception)];
        }

        findings.AddRange(SystemChecks.Of(directory));
        findings.AddRange(LogoutChecks.Of(directory));
        return findings;
    }

    private static Finding OfVersions() => Finding.Fine(
        "versions", $"This is daemonrpc {Version} on {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier}.");

    private static Finding OfStaleFiles(IReadOnlyList<string> stale) => stale.Count == 0
        ? Finding.Fine("stale", "No killed daemon has left its socket.")
        : Finding.Warning("stale", $"Killed daemons have left their sockets, which disturb nobody: {string.Join(", ", stale)}.", "Run: daemonrpc prune");

    private static void Write(Finding finding)
    {
        string what = PlainText.Of(finding.What);
        if (StandardOutput.HasStyles)
        {
            string color = finding.Severity switch { Severity.Fine => "green", Severity.Warning => "yellow", _ => "red" };
            StandardOutput.Terminal.Write(new Spectre.Console.Markup($"{StandardOutput.Styled(color, finding.Word.PadRight(7))}  {Spectre.Console.Markup.Escape(what)}\n"));
        }
        else
        {
            StandardOutput.WriteLine($"{finding.Word,-7}  {what}");
        }

        if (finding.Mend.Length > 0)
        {
            StandardOutput.WriteLine($"         {PlainText.Of(finding.Mend)}");
        }
    }

    private static void WriteJson(IReadOnlyList<Finding> findings)
    {
        using var output = JsonOutput.Begin();
        output.Writer.WriteStartArray("findings");
        foreach (Finding finding in findings)
        {
            output.Writer.WriteStartObject();
            output.Writer.WriteString("check", finding.Check);
            output.Writer.WriteString("severity", finding.Word);
            output.Writer.WriteString("what", finding.What);
            output.Writer.WriteString("mend", finding.Mend.Length == 0 ? null : finding.Mend);
            output.Writer.WriteEndObject();
        }

        output.Writer.WriteEndArray();
        output.End();
    }
}
