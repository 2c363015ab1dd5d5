using System.Globalization;
using System.Text.RegularExpressions;

namespace DaemonRpc.Installed.Tests.Templates;

/// <summary>A stranger who starts from a template.</summary>
public sealed partial class TemplateTests(PackedPackage package)
{
    private const string Tests = "succeeded: 6";

    [Fact]
    public void Commands_of_the_readme_lead_to_a_warm_call_and_are_as_many_as_it_says()
    {
        Match readme = Start().Match(File.ReadAllText(PackedPackage.Readme));
        string[] commands = readme.Groups["block"].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        using var created = new CreatedProjects(package);
        created.Install();

        var outputs = new List<string>();
        try
        {
            foreach (string command in commands)
            {
                string[] words = command.Split(' ');
                Assert.Equal("dotnet", words[0]);
                if (words[1..3] is not ["new", "install"])
                {
                    outputs.Add(created.DotNet(words[1..]).Succeeded().Output);
                }
            }
        }
        finally
        {
            created.EndDaemons("Acme.Words");
        }

        Assert.Contains("(Started)", outputs[^2], StringComparison.Ordinal);
        Assert.Contains("(Reused)", outputs[^1], StringComparison.Ordinal);
        Assert.Equal(readme.Groups["commands"].Value, commands.Length.ToString(CultureInfo.InvariantCulture));
        string[] sources = Directory.GetFiles(created["Acme.Words"], "*.cs");
        Assert.Equal(readme.Groups["lines"].Value, sources.Sum(static file => File.ReadAllLines(file).Length).ToString(CultureInfo.InvariantCulture));
        Assert.Equal(readme.Groups["files"].Value, sources.Length.ToString(CultureInfo.InvariantCulture));
        Assert.Contains("[DaemonRpc(\"acme.words\")]", File.ReadAllText(created["Acme.Words/IWordIndex.cs"]), StringComparison.Ordinal);
    }

    [Fact]
    public void Tool_of_any_name_is_tested_and_published_natively()
    {
        using var created = new CreatedProjects(package);
        created.Install();
        _ = created.DotNet("new", "daemonrpc", "-n", "my cool-tool 2", "--tests", "--aot", "--id", "com.acme.cool").Succeeded();

        Assert.Contains("[DaemonRpc(\"com.acme.cool\")]", File.ReadAllText(created["my cool-tool 2/IWordIndex.cs"]), StringComparison.Ordinal);
        Assert.Contains(Tests, created.DotNetIn("my cool-tool 2", "test", "--project", "tests").Succeeded().Output, StringComparison.Ordinal);

        SkipWithoutNativeCompiler();
        _ = created.DotNet("publish", "my cool-tool 2/my cool-tool 2.csproj", "--use-current-runtime", "-o", created["out"]).Succeeded();
        Assert.False(File.Exists(created["out/my cool-tool 2.dll"]));
        AssertIsWarm(created, "out/my cool-tool 2", "my cool-tool 2");
    }

    [Fact]
    public void Split_tool_is_built_tested_and_published_as_a_native_client_with_a_jit_daemon()
    {
        using var created = new CreatedProjects(package);
        created.Install();
        _ = created.DotNet("new", "daemonrpc-split", "-n", "acme-words", "--tests").Succeeded();
        _ = created.DotNet("new", "daemonrpc-split", "-n", "Plain", "--aot", "false").Succeeded();
        Assert.DoesNotContain("Aot", File.ReadAllText(created["Plain/Plain/Plain.csproj"]), StringComparison.Ordinal);
        Assert.False(Directory.Exists(created["Plain/tests"]));

        Assert.Contains(Tests, created.DotNetIn("acme-words", "test", "--solution", "acme-words.slnx").Succeeded().Output, StringComparison.Ordinal);
        AssertIsWarm(created, "acme-words/acme-words/bin/Debug/net10.0/acme-words", "acme-words.Daemon");

        SkipWithoutNativeCompiler();
        _ = created.DotNet("publish", "acme-words/acme-words", "--use-current-runtime", "-o", created["out"]).Succeeded();
        Assert.False(File.Exists(created["out/acme-words.dll"]));
        Assert.True(File.Exists(created["out/daemons/acme-words.Daemon/acme-words.Daemon.dll"]));
        AssertIsWarm(created, "out/acme-words", "acme-words.Daemon");
    }

    private static void AssertIsWarm(CreatedProjects created, string program, string daemon)
    {
        File.WriteAllText(created["text"], "one two two");
        try
        {
            Assert.Equal("3 words read, 2 different ones known (Started)\ntwo\n", created.Run(program, created["text"], "t").Succeeded().Output);
            Assert.Equal("3 words read, 2 different ones known (Reused)\ntwo\n", created.Run(program, created["text"], "t").Succeeded().Output);
            Assert.Equal(1, created.Run(program, "/no/such/file", "t").ExitCode);
            Assert.Equal(2, created.Run(program).ExitCode);
        }
        finally
        {
            created.EndDaemons(daemon);
        }
    }

    private static void SkipWithoutNativeCompiler() => Assert.SkipUnless(
        Directory.Exists(Path.Combine(PackedPackage.RestoredPackages, "microsoft.dotnet.ilcompiler")),
        "The Native AOT compiler is not among this repository's restored packages.");

    [GeneratedRegex("## A warm call in (?<commands>[0-9]+) commands.*?```sh\n(?<block>.*?)```.*?(?<lines>[0-9]+) lines of C# in (?<files>[0-9]+) files", RegexOptions.Singleline)]
    private static partial Regex Start();
}
