// Draws docs/images/session.svg, the terminal session at the top of the README. Everything in it is printed by the real programs, when they print it: this
// script only types the commands, shortens pauses, and shows "~/src/daemonrpc" and "~/run" for the folders in which it runs. From the repository's root:
//
//   dotnet publish samples/CodeSearch -c Release --use-current-runtime -o /tmp/programs
//   dotnet publish src/DaemonRpc.Tool -c Release --use-current-runtime -o /tmp/programs
//   dotnet run docs/recording/record.cs -- /tmp/programs docs/images/session.svg
#:property PublishAot=false
#:property NoWarn=CA1416;CS1591

using System.Diagnostics;
using System.Globalization;
using System.Security;
using System.Text;

if (args is not [string programs, string output])
{
    Console.Error.WriteLine("Usage: dotnet run docs/recording/record.cs -- PROGRAMS OUTPUT.svg");
    return 2;
}

DirectoryInfo folder = Directory.CreateTempSubdirectory("daemonrpc-recording-");
try
{
    var shell = new Shell(Path.GetFullPath(programs), folder.FullName);
    List<Scene> scenes =
    [
        shell.Run("The first search starts a daemon, which indexes the tree", "codesearch search 'class \\w+Channel' | head -4"),
        shell.Run("Every further search is warm", "codesearch search 'enum \\w+Reason' | head -4"),
        shell.RunBeside("Any process sees what a daemon is doing", "codesearch search -q '(?=a)(a|aa)+$' &", "codesearch status"),
        shell.Run("And any process may end it: a token first, then force, and an answer that is true", "codesearch cancel"),
        shell.Run("Why is this daemon here?", $"daemonrpc why {Shell.DaemonId}"),
    ];
    shell.Run("", "codesearch stop");
    File.WriteAllText(output, Drawing.Of(scenes));
    return 0;
}
finally
{
    folder.Delete(recursive: true);
}

/// <summary>One command and what it printed.</summary>
/// <param name="Title">What the scene shows.</param>
/// <param name="Commands">What is typed.</param>
/// <param name="Lines">What was printed, and when after the last command was typed.</param>
internal sealed record Scene(string Title, string[] Commands, List<(double After, string Text)> Lines);

/// <summary>A user's shell in a clone of this repository.</summary>
internal sealed class Shell
{
    public const string DaemonId = "daemonrpc.samples.code-search";
    private readonly string _programs;
    private readonly string _tree;
    private readonly string _run;
    private Process? _beside;

    public Shell(string programs, string folder)
    {
        (_programs, _tree, _run) = (programs, Path.Combine(folder, "tree"), Path.Combine(folder, "run"));
        Directory.CreateDirectory(_run, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        using Process clone = Process.Start("git", ["clone", "-q", ".", _tree]);
        clone.WaitForExit();

        // The last recording would be found in the next one.
        File.Delete(Path.Combine(_tree, "docs/images/session.svg"));

        // codesearch reads files twice that were written just before.
        Thread.Sleep(TimeSpan.FromSeconds(4));

        // The search that takes long has something to backtrack over.
        File.WriteAllText(Path.Combine(_tree, "build.log"), string.Concat(Enumerable.Repeat("aaaaaaaaaaaaaaaaaab\n", 200_000)));
    }

    /// <summary>Runs a command to its end.</summary>
    public Scene Run(string title, string command) => Record(title, [command]);

    /// <summary>Starts a command that goes on, and then runs another to its end.</summary>
    public Scene RunBeside(string title, string beside, string command)
    {
        _beside = Start(beside.TrimEnd(' ', '&'));
        Record("", ["until codesearch status | grep -q Searching; do sleep 0.1; done"]);
        return Record(title, [beside, command]);
    }

    private Scene Record(string title, string[] commands)
    {
        List<(double, string)> lines = [];
        using Process process = Start(commands[^1]);
        long start = Stopwatch.GetTimestamp();
        Task errors = Task.Run(() => Read(process.StandardError));
        Read(process.StandardOutput);
        errors.Wait();
        process.WaitForExit();
        if (_beside is { } beside && commands[^1].Contains("cancel", StringComparison.Ordinal))
        {
            Read(beside.StandardError);
            beside.WaitForExit();
            beside.Dispose();
        }

        return new Scene(title, commands, lines);

        void Read(StreamReader reader)
        {
            while (reader.ReadLine() is { } line)
            {
                lock (lines)
                {
                    lines.Add((Stopwatch.GetElapsedTime(start).TotalSeconds, line.Replace(_tree, "~/src/daemonrpc", StringComparison.Ordinal).Replace(_run, "~/run", StringComparison.Ordinal)));
                }
            }
        }
    }

    private Process Start(string command) => Process.Start(new ProcessStartInfo("bash", ["-c", command])
    {
        WorkingDirectory = _tree,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        Environment = { ["DAEMONRPC_DIR"] = _run, ["PATH"] = $"{_programs}:{Environment.GetEnvironmentVariable("PATH")}" },
    })!;
}

/// <summary>An animated SVG of some scenes, one after another, for ever.</summary>
internal static class Drawing
{
    private const int Columns = 116;
    private const int Rows = 12;
    private const double Width = 8.43;
    private const double Height = 19;
    private const double Typing = 0.03;
    private const double LongestPause = 1.2;
    private const double Reading = 3.5;

    public static string Of(IEnumerable<Scene> scenes)
    {
        List<(double From, double Until, int Row, string Class, string Text)> drawn = [];
        double now = 0;
        foreach (Scene scene in scenes)
        {
            int first = drawn.Count;
            int row = 0;
            Add(now, "t", "# " + scene.Title);
            now += 0.8;
            foreach (string command in scene.Commands)
            {
                now += command.Length * Typing;
                Add(now, "c", "$ " + command);
            }

            foreach ((double after, string text) in scene.Lines)
            {
                foreach (char[] part in text.Chunk(Columns))
                {
                    Add(now + Math.Min(after, LongestPause), "o", new string(part));
                }
            }

            now = drawn.Max(static line => line.From) + Reading;
            for (int line = first; line < drawn.Count; line++)
            {
                drawn[line] = drawn[line] with { Until = now };
            }

            void Add(double from, string style, string text) => drawn.Add((from, 0, row++, style, text));
        }

        return Write(drawn, now);
    }

    private static string Write(List<(double From, double Until, int Row, string Class, string Text)> drawn, double length)
    {
        (double width, double height) = ((Columns * Width) + 32, (Math.Max(Rows, drawn.Max(static line => line.Row) + 1) * Height) + 56);
        StringBuilder svg = new();
        Line($"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,monospace" font-size="14" role="img">""");
        Line($"<title>A recorded terminal session: a first search, a warm search, the status of a long one, its end, and the daemon's story</title>");
        Line($"<style>text{{white-space:pre;opacity:0;animation:{length:0.##}s step-end infinite}}.t{{fill:#7d8590}}.c{{fill:#7ee787}}.o{{fill:#e6edf3}}");
        for (int index = 0; index < drawn.Count; index++)
        {
            Line($"#l{index}{{animation-name:k{index}}}@keyframes k{index}{{0%{{opacity:0}}{100 * drawn[index].From / length:0.##}%{{opacity:1}}{100 * drawn[index].Until / length:0.##}%{{opacity:0}}}}");
        }

        Line($"</style>");
        Line($"""<rect width="{width}" height="{height}" rx="8" fill="#0d1117"/><g fill="#30363d"><circle cx="20" cy="18" r="6"/><circle cx="40" cy="18" r="6"/><circle cx="60" cy="18" r="6"/></g>""");
        for (int index = 0; index < drawn.Count; index++)
        {
            Line($"""<text id="l{index}" class="{drawn[index].Class}" x="16" y="{52 + (drawn[index].Row * Height)}">{SecurityElement.Escape(drawn[index].Text)}</text>""");
        }

        Line($"</svg>");
        return svg.ToString();

        void Line(FormattableString line) => svg.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }
}
