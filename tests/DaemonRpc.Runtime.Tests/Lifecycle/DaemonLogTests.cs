using DaemonRpc.Lifecycle;

namespace DaemonRpc.Runtime.Tests.Lifecycle;

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
}
