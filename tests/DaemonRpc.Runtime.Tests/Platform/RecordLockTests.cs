using DaemonRpc.Platform;

namespace DaemonRpc.Runtime.Tests.Platform;

public sealed class RecordLockTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Path => _folder["lock"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Another_process_is_refused_and_named()
    {
        using TestChild child = await TestChild.StartAsync("record-lock", Path);

        Assert.Equal("held", child.Answer);
        Assert.Equal(child.Id, RecordLock.Probe(Path));
        Assert.False(RecordLock.TryAcquire(Path, out _));
    }

    [Fact]
    public async Task Killed_holder_lets_go()
    {
        using TestChild child = await TestChild.StartAsync("record-lock", Path);
        child.Kill();

        Assert.Equal(0, RecordLock.Probe(Path));
        Assert.True(RecordLock.TryAcquire(Path, out RecordLock? held));
        held.Dispose();
    }

    [Fact]
    public async Task Holder_keeps_others_out_and_probing_does_not_let_them_in()
    {
        Assert.True(RecordLock.TryAcquire(Path, out RecordLock? held));
        Assert.Equal(Environment.ProcessId, RecordLock.Probe(Path));
        using (TestChild refused = await TestChild.StartAsync("try-record-lock", Path))
        {
            Assert.Equal("refused", refused.Answer);
        }

        held.Dispose();
        using TestChild admitted = await TestChild.StartAsync("try-record-lock", Path);
        Assert.Equal("held", admitted.Answer);
    }

    [Fact]
    public void Holder_refuses_itself_and_may_have_it_again_after()
    {
        Assert.True(RecordLock.TryAcquire(Path, out RecordLock? held));
        Assert.False(RecordLock.TryAcquire(Path, out _));
        held.Dispose();
        held.Dispose();

        Assert.True(RecordLock.TryAcquire(Path, out RecordLock? again));
        again.Dispose();
    }

    [Fact]
    public void Probing_makes_no_file()
    {
        Assert.Equal(0, RecordLock.Probe(Path));
        Assert.False(File.Exists(Path));
    }

    [Fact]
    public void Link_is_not_followed()
    {
        _ = File.CreateSymbolicLink(Path, _folder["target"]);

        _ = Assert.Throws<IOException>(() => RecordLock.TryAcquire(Path, out _));
        Assert.False(File.Exists(_folder["target"]));
    }
}
