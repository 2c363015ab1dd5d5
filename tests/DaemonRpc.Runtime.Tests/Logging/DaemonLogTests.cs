using DaemonRpc.Logging;

namespace DaemonRpc.Runtime.Tests.Logging;

public sealed class DaemonLogTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Log => _folder["daemon.log"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Previous_log_is_kept_once_and_an_empty_one_is_not()
    {
        DaemonLog.Rotate(Log);
        File.WriteAllText(Log, "first");
        DaemonLog.Rotate(Log);
        File.WriteAllText(Log, "");
        DaemonLog.Rotate(Log);
        Assert.Equal("first", File.ReadAllText(Log + ".1"));
        File.WriteAllText(Log, "second");
        DaemonLog.Rotate(Log);

        Assert.Equal("second", File.ReadAllText(Log + ".1"));
        Assert.False(File.Exists(Log));
    }

    [Fact]
    public void Tail_is_the_last_lines_and_nothing_when_there_is_no_log()
    {
        Assert.Empty(DaemonLog.Tail(Log));
        File.WriteAllLines(Log, Enumerable.Range(0, 10_000).Select(number => $"line {number}"));

        Assert.Equal(Enumerable.Range(9_980, 20).Select(number => $"line {number}"), DaemonLog.Tail(Log));
    }

    [Theory]
    [InlineData("a\0b")]
    [InlineData("/dev/zero")]
    [InlineData("/dev/null")]
    [InlineData("/")]
    [InlineData(" ")]
    public void Path_that_names_no_log_has_no_lines(string path)
    {
        Assert.Equal(path, DaemonLog.FileOf(path, 1));
        Assert.Empty(DaemonLog.Tail(path));
    }

    [Fact]
    public void What_the_runtime_said_at_the_end_is_shown_and_not_the_end_of_its_stack()
    {
        using TemporaryFolder folder = new();
        string path = folder["a.log"];
        File.WriteAllLines(path, ["It serves.", "Last thing done.", "Unhandled exception. System.Exception: Why.", .. Enumerable.Range(0, 100).Select(static frame => $"   at Frame{frame}()")]);

        IReadOnlyList<string> lines = DaemonLog.Tail(path);

        Assert.Equal(["Last thing done.", "Unhandled exception. System.Exception: Why.", "   at Frame0()"], lines.Take(3));
        Assert.Equal(20, lines.Count);
    }

    [Fact]
    public void Log_is_found_where_the_next_daemons_start_has_moved_it()
    {
        using TemporaryFolder folder = new();
        string path = folder["a.log"];
        File.WriteAllText(path + ".1", "The daemon 'x' serves at y (process 12, the build of z).\n");
        File.WriteAllText(path, "The daemon 'x' serves at y (process 123, the build of z).\n");

        Assert.Equal(path + ".1", DaemonLog.FileOf(path, 12));
        Assert.Equal(path, DaemonLog.FileOf(path, 123));
        Assert.Equal(path, DaemonLog.FileOf(path, 7));
    }
}
