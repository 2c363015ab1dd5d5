using System.Text.RegularExpressions;

namespace DaemonRpc.Generators.Tests.Infrastructure;

/// <summary>Compares generated files with the reviewed ones beside the test, named as Verify names them.</summary>
internal static partial class Snapshot
{
    /// <summary>Fails when a file differs, is new, or is no longer generated. What was received is written beside.</summary>
    public static void Match(GeneratorRun run)
    {
        Assert.Empty(run.CompilerDiagnostics);

        string prefix = $"{TestContext.Current.TestClass!.TestClassSimpleName}.{TestContext.Current.TestMethod!.MethodName}#";
        string folder = FolderOf(TestContext.Current.TestClass.TestClassNamespace!);
        string[] differences =
        [
            .. run.Files.Where(file => !Matches(Path.Combine(folder, prefix + NameOf(file.Key)), file.Key, file.Value)).Select(static file => file.Key),
            .. Directory.GetFiles(folder, prefix + "*.verified.cs")
                .Select(Path.GetFileName)
                .Except(run.Files.Keys.Select(hint => prefix + NameOf(hint) + ".verified.cs"))
                .Select(static file => $"{file} is no longer generated"),
        ];

        Assert.True(differences.Length == 0, $"Compare the received files in {folder}: {string.Join(", ", differences)}");
    }

    private static bool Matches(string path, string hint, string text)
    {
        string received = $"//HintName: {hint}\n{Scrub(text)}";
        string verifiedPath = path + ".verified.cs";
        string receivedPath = path + ".received.cs";
        if (File.Exists(verifiedPath) && File.ReadAllText(verifiedPath) == received)
        {
            File.Delete(receivedPath);
            return true;
        }

        File.WriteAllText(receivedPath, received);
        return false;
    }

    private static string FolderOf(string testNamespace) =>
        Path.Combine(ProjectFolder.Path, testNamespace[$"{nameof(DaemonRpc)}.{nameof(Generators)}.{nameof(Tests)}.".Length..].Replace('.', '/'));

    private static string NameOf(string hint) => Path.GetFileNameWithoutExtension(hint);

    private static string Scrub(string text) => BuildTimestamp().Replace(Version().Replace(text, "{Version}"), "{BuildTimestamp}");

    [GeneratedRegex("(?<=\"DaemonRpc.Generators\", \")[0-9.]+")]
    private static partial Regex Version();

    [GeneratedRegex("(?<=BuildTimestampTicks = )[0-9]+")]
    private static partial Regex BuildTimestamp();
}
