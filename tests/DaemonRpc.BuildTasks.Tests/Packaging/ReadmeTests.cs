using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace DaemonRpc.BuildTasks.Tests.Packaging;

/// <summary>The README's program, built outside the repository with nothing but the package.</summary>
public sealed partial class ReadmeTests : IDisposable
{
    private readonly TestSolution _solution;
    private readonly TestProject _words;

    public ReadmeTests(PackedPackage package)
    {
        _solution = new TestSolution(package);
        _words = _solution.AddExecutable(
            "Words",
            properties: "<Nullable>enable</Nullable><ImplicitUsings>enable</ImplicitUsings><TreatWarningsAsErrors>true</TreatWarningsAsErrors><PublishAot>true</PublishAot>");
        _words.Write("Program.cs", ReadProgram().Groups["code"].Value);
        _solution.Folder.Write("text", "one two  two\nthree\n");
    }

    public void Dispose()
    {
        foreach (Process process in Process.GetProcessesByName("Words").Where(process => process.MainModule?.FileName.StartsWith(_solution.Folder.Path, StringComparison.Ordinal) == true))
        {
            process.Kill();
            process.WaitForExit();
        }

        _solution.Dispose();
    }

    [Fact]
    public void Program_of_the_readme_has_as_many_lines_as_the_readme_says()
    {
        Match program = ReadProgram();

        Assert.Equal(program.Groups["lines"].Value, program.Groups["code"].Value.Count(static character => character == '\n').ToString(CultureInfo.InvariantCulture));
    }

    [Fact]
    public void Program_of_the_readme_works_with_the_package()
    {
        _words.Build();

        AssertWorks("Words/bin/Debug/net10.0/Words");
    }

    [Fact]
    public void Program_of_the_readme_works_as_native_code_and_publishes_without_a_warning()
    {
        Assert.SkipUnless(
            Directory.Exists(Path.Combine(PackedPackage.RestoredPackages, "microsoft.dotnet.ilcompiler")),
            "The Native AOT compiler is not among this repository's restored packages.");

        _words.Run("publish", "Words", "--use-current-runtime", "-o", _solution.Folder["native"]).Succeeded();

        AssertWorks("native/Words");
    }

    private static Match ReadProgram() => Program().Match(File.ReadAllText(PackedPackage.Readme));

    private void AssertWorks(string program)
    {
        Assert.Equal((2, "", "Usage: words FILE PREFIX\n"), Run(program));
        Assert.Equal((0, "4 words, of which 3 different (Started)\nthree\ntwo\n", ""), Run(program, _solution.Folder["text"], "t"));
        Assert.Equal((0, "4 words, of which 3 different (Reused)\nthree\ntwo\n", ""), Run(program, _solution.Folder["text"], "t"));
    }

    private (int ExitCode, string Output, string Error) Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(_solution.Folder[program], arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["DAEMONRPC_DIR"] = _solution.Folder["run"] },
        };
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }

    [GeneratedRegex("## Contract, client and daemon in (?<lines>[0-9]+) lines.*?```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Program();
}
