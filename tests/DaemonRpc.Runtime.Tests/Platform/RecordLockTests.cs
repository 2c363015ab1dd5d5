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

    [Fact]
    public async Task Holder_that_names_the_file_in_another_way_keeps_the_lock()
    {
        string folder = Directory.CreateDirectory(_folder["folder"]).FullName;
        _ = Directory.CreateSymbolicLink(_folder["link"], folder);
        Assert.True(RecordLock.TryAcquire(System.IO.Path.Combine(folder, "lock"), out RecordLock? held));
        string other = System.IO.Path.Combine(_folder["link"], "lock");

        Assert.Equal(Environment.ProcessId, RecordLock.Probe(other));
        Assert.False(RecordLock.TryAcquire(other, out _));

        using TestChild refused = await TestChild.StartAsync("try-record-lock", other);
        Assert.Equal("refused", refused.Answer);
        held.Dispose();
    }

    [Fact]
    public async Task Lock_that_was_lost_on_the_way_to_the_next_program_is_taken_anew()
    {
        int descriptor = LibC.Open(Path, Constants.OpenReadWrite | Constants.OpenCreate | Constants.OpenCloseOnExec, 0x180);

        using (RecordLock.Adopt(Path, descriptor))
        {
            using TestChild refused = await TestChild.StartAsync("try-record-lock", Path);
            Assert.Equal("refused", refused.Answer);
        }
    }

    [Fact]
    public async Task Lock_that_another_process_took_meanwhile_is_not_adopted()
    {
        using TestChild child = await TestChild.StartAsync("record-lock", Path);
        int descriptor = LibC.Open(Path, Constants.OpenReadWrite | Constants.OpenCloseOnExec, 0);

        _ = Assert.Throws<IOException>(() => RecordLock.Adopt(Path, descriptor));

        Assert.Equal(child.Id, RecordLock.Probe(Path));
        _ = LibC.Close(descriptor);
    }
}
