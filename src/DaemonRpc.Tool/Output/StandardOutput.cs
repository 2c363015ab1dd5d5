using System.Text;
using Microsoft.Win32.SafeHandles;
using Spectre.Console;

namespace DaemonRpc.Tool.Output;

/// <summary>Standard output: a terminal with tables and colours, or a pipe or file with plain lines.</summary>
internal static class StandardOutput
{
    private const int Descriptor = 1;

    private static Stream? s_stream;

    /// <summary>Whether a person reads the output in a terminal that can move its cursor.</summary>
    public static bool IsTerminal { get; } = !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb");

    /// <summary>Whether the terminal may show colours and other styles: not if the user wants none.</summary>
    public static bool HasStyles { get; } = IsTerminal && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));

    /// <summary>The terminal.</summary>
    public static IAnsiConsole Terminal { get; } = AnsiConsole.Create(new AnsiConsoleSettings
    {
        Ansi = IsTerminal ? AnsiSupport.Yes : AnsiSupport.No,
        ColorSystem = HasStyles ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
        Out = new AnsiConsoleOutput(Console.Out),
    });

    /// <summary>Marks up a text for the terminal, in a style if it may show any.</summary>
    public static string Styled(string style, string text) => HasStyles ? $"[{style}]{Markup.Escape(text)}[/]" : Markup.Escape(text);

    /// <summary>Writes a line at once.</summary>
    /// <exception cref="OutputClosedException">Nobody reads the output any more.</exception>
    public static void WriteLine(string line) => Write(Encoding.UTF8.GetBytes(line + "\n"));

    /// <summary>Writes bytes at once.</summary>
    /// <exception cref="OutputClosedException">Nobody reads the output any more.</exception>
    public static void Write(ReadOnlySpan<byte> bytes)
    {
        try
        {
            s_stream ??= Open();
            s_stream.Write(bytes);
        }
        catch (IOException exception)
        {
            throw new OutputClosedException(exception);
        }
    }

    private static Stream Open()
    {
        // Unlike the console's stream, this one says when nobody reads a pipe any more.
        FileStream pipe = new(new SafeFileHandle(Descriptor, ownsHandle: false), FileAccess.Write, bufferSize: 0);

        // In a file it would write at a position of its own, over what other processes of the same shell write.
        return pipe.CanSeek ? Console.OpenStandardOutput() : pipe;
    }
}
