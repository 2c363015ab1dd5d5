namespace DaemonRpc.BuildTasks.Tests.Decision;

public sealed class InputFingerprintTests : IDisposable
{
    private static readonly DateTime s_longAgo = new(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly TemporaryFolder _folder = new();

    public InputFingerprintTests()
    {
        _folder.Write("a", "1");
        _folder.Write("b", "2");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Order_and_repetition_do_not_matter() =>
        Assert.Equal(OfSources("a", "b"), OfSources("b", "a", "b"));

    [Fact]
    public void Touched_source_is_the_same_input()
    {
        string before = OfSources("a");
        File.SetLastWriteTimeUtc(_folder["a"], s_longAgo);

        Assert.Equal(before, OfSources("a"));
    }

    [Fact]
    public void Source_of_the_same_size_and_time_but_other_content_is_another_input()
    {
        File.SetLastWriteTimeUtc(_folder["a"], s_longAgo);
        string before = OfSources("a");
        _folder.Write("a", "3");
        File.SetLastWriteTimeUtc(_folder["a"], s_longAgo);

        Assert.NotEqual(before, OfSources("a"));
    }

    [Fact]
    public void Renamed_source_is_another_input()
    {
        string before = OfSources("a");
        File.Move(_folder["a"], _folder["c"]);

        Assert.NotEqual(before, OfSources("c"));
    }

    [Fact]
    public void Installed_file_of_another_time_is_another_input()
    {
        string before = InputFingerprint.Of([], [_folder["a"]], "");
        File.SetLastWriteTimeUtc(_folder["a"], s_longAgo);

        Assert.NotEqual(before, InputFingerprint.Of([], [_folder["a"]], ""));
    }

    [Fact]
    public void Missing_file_is_an_input_too() => Assert.NotEqual(OfSources(), OfSources("missing"));

    [Fact]
    public void Settings_are_an_input() =>
        Assert.NotEqual(InputFingerprint.Of([], [], "DEBUG"), InputFingerprint.Of([], [], "RELEASE"));

    private string OfSources(params string[] names) => InputFingerprint.Of(names.Select(name => _folder[name]), [], "");
}
