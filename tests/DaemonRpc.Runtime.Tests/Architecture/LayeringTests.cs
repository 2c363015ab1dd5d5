using System.Text.RegularExpressions;

namespace DaemonRpc.Runtime.Tests.Architecture;

/// <summary>The folders of the runtime are rooms: each knows only those before it. The compiler's own symbols are asked, so that no arrow hides in an inferred type.</summary>
public sealed partial class LayeringTests
{
    public static TheoryData<string> Files => [.. Sources.Runtime.Select(file => file.Path)];

    [Theory]
    [MemberData(nameof(Files))]
    public void File_knows_only_the_rooms_before_its_own(string path)
    {
        Room own = Rooms.Of(path);

        Assert.Empty(Rooms.Graph.Uses[path]
            .Where(use => use.Key != path && Rooms.All.IndexOf(Rooms.Of(use.Key)) > Rooms.All.IndexOf(own))
            .Select(use => $"{use.Value} of {Rooms.Of(use.Key).Name}"));
    }

    // A comment that points at a later room needs its name too. What users read about their own types may point at what they call.
    [Theory]
    [MemberData(nameof(Files))]
    public void File_imports_only_the_rooms_before_its_own(string path)
    {
        Room own = Rooms.Of(path);

        Assert.DoesNotContain(
            Import().Matches(Sources.Runtime.Single(file => file.Path == path).Text).Select(match => match.Groups[1].Value),
            name => Rooms.All.FindIndex(room => room.Name == name) > Rooms.All.IndexOf(own));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Folder_is_the_namespace(string path) =>
        Assert.Contains($"namespace {Rooms.Of(path).Namespace};", Sources.Runtime.Single(file => file.Path == path).Text, StringComparison.Ordinal);

    [Fact]
    public void Every_folder_is_a_room_and_every_room_has_files() =>
        Assert.Equal(Rooms.All.Select(room => room.Name).Order(), Sources.Runtime.Select(file => file.Path.Split('/')[0]).Distinct().Order());

    [Fact]
    public void Page_shows_the_rooms_as_they_are()
    {
        string page = ArchitecturePage.Write();
        if (Environment.GetEnvironmentVariable("DAEMONRPC_WRITE_PAGES") == "1")
        {
            Sources.WritePage("architecture.md", page);
        }

        Assert.Equal(page, Sources.Page("architecture.md"));
    }

    [Fact]
    public void Public_types_are_for_users_or_for_generated_code()
    {
        IEnumerable<string> elsewhere = typeof(DaemonException).Assembly.GetExportedTypes()
            .Where(type => type.Namespace is not ("DaemonRpc" or "DaemonRpc.CodeGen" or "DaemonRpc.Serialization"))
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

    [GeneratedRegex(@"^using (?:static )?DaemonRpc\.(\w+)", RegexOptions.Multiline)]
    private static partial Regex Import();

    [GeneratedRegex(@"\b(Thread\.Sleep|Task\.Delay)\b")]
    private static partial Regex Sleep();
}
