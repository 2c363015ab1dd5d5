using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace CodeSearch.Tests.Infrastructure;

/// <summary>Runs another program, such as grep or git, that a test compares with.</summary>
internal static class Tool
{
    public static (int ExitCode, byte[] Output) Run(string directory, string program, string[] arguments, ReadOnlySpan<byte> input = default)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            WorkingDirectory = directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["LC_ALL"] = "C.UTF-8";

        // The user's own ignore rules and settings are none of the test's.
        start.Environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        start.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        start.Environment["XDG_CONFIG_HOME"] = "/dev/null";
        start.Environment["GIT_CEILING_DIRECTORIES"] = Path.GetDirectoryName(directory);
        using Process process = Process.Start(start)!;
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginErrorReadLine();
        byte[] copy = input.ToArray();
        Task writing = Task.Run(() =>
        {
            process.StandardInput.BaseStream.Write(copy);
            process.StandardInput.Close();
        });
        MemoryStream output = new();
        process.StandardOutput.BaseStream.CopyTo(output);
        writing.Wait();
        process.WaitForExit();
        return (process.ExitCode, output.ToArray());
    }

    /// <summary>As <see cref="Run"/>, and the lines of the output.</summary>
    public static string[] Lines(string directory, string program, params string[] arguments) =>
        Encoding.UTF8.GetString(Run(directory, program, arguments).Output).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Skips the test when a program is missing.</summary>
    public static void Require(string program)
    {
        try
        {
            Run("/", program, ["--version"]);
        }
        catch (Win32Exception)
        {
            Assert.Skip($"{program} is not installed, and this test compares with it.");
        }
    }
}
