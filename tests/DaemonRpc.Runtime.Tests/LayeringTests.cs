using System.Text.RegularExpressions;

namespace DaemonRpc.Runtime.Tests;

/// <summary>The folders of the runtime are layers: each knows only those before it.</summary>
public sealed partial class LayeringTests
{
    private const string Root = "";

    private static readonly string[] s_layers = ["Platform", "Transport", "Framing", "Protocol", "Session", "Tasks", "Lifecycle", "CodeGen", Root];

    // The exceptions are the users' too, and stay in one folder only for the sake of the listing.
    private static readonly string[] s_rootFolders = [Root, "Exceptions"];

    // What a user holds in hand to call a daemon: only those who make it may know it.
    private static readonly string[] s_doors = ["DaemonHandle", "DaemonControl"];

    public static TheoryData<string> Files => [.. Sources.Runtime.Select(file => file.Path)];

    [Theory]
    [MemberData(nameof(Files))]
    public void File_knows_only_the_layers_before_its_own(string path)
    {
        SourceFile file = Find(path);
        string[] forbidden = s_layers[(Array.IndexOf(s_layers, LayerOf(file)) + 1)..];

        // A cref is not knowledge, but using it needs the name: the comments count too.
        string[] known = [.. forbidden.Where(layer => layer != Root && Regex.IsMatch(file.Text, $@"(\busing (static )?DaemonRpc\.{layer}\b)|(\bDaemonRpc\.{layer}\.)|((?<![\w.]){layer}\.[A-Z]\w*)"))];

        Assert.Empty(known);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Only_the_outer_layers_know_the_handle(string path)
    {
        SourceFile file = Find(path);
        if (LayerOf(file) is Root or "CodeGen")
        {
            return;
        }

        string code = Comment().Replace(file.Text, "");

        Assert.DoesNotContain(s_doors, door => Regex.IsMatch(code, $@"\b{door}\b"));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Folder_is_the_namespace(string path)
    {
        SourceFile file = Find(path);
        string expected = LayerOf(file) == Root ? "DaemonRpc" : $"DaemonRpc.{LayerOf(file)}";

        Assert.Contains($"namespace {expected};", file.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_folder_is_a_layer() => Assert.Empty(Sources.Runtime.Select(file => file.Folder).Distinct().Except([.. s_layers, .. s_rootFolders]));

    [Fact]
    public void Public_types_are_only_in_the_root_and_for_generated_code()
    {
        IEnumerable<string> elsewhere = typeof(DaemonException).Assembly.GetExportedTypes()
            .Where(type => type.Namespace is not ("DaemonRpc" or "DaemonRpc.CodeGen"))
            .Select(type => type.FullName!);

        Assert.Empty(elsewhere);
    }

    [Fact]
    public void No_file_is_longer_than_400_lines() =>
        Assert.DoesNotContain(Sources.All, file => file.Text.AsSpan().Count('\n') > 400);

    // Elsewhere nobody would think of what is to be done where the system gives none.
    [Fact]
    public void Threads_are_started_in_one_place() =>
        Assert.Equal("OwnThread.cs", Path.GetFileName(Assert.Single(Sources.Runtime, file => file.Text.Contains("new Thread(", StringComparison.Ordinal)).Path));

    [Fact]
    public void Nothing_sleeps() =>
        Assert.DoesNotContain(Sources.All, file => Sleep().IsMatch(file.Text));

    private static SourceFile Find(string path) => Sources.Runtime.Single(file => file.Path == path);

    private static string LayerOf(SourceFile file) => s_rootFolders.Contains(file.Folder) ? Root : file.Folder;

    [GeneratedRegex(@"//.*$", RegexOptions.Multiline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"\b(Thread\.Sleep|Task\.Delay)\b")]
    private static partial Regex Sleep();
}
