using DaemonRpc.Platform;

namespace DaemonRpc.Runtime.Tests.Platform;

/// <remarks>
/// Until the lock was two, no test let anything but the lock itself open the locked file, so that none saw what closing it
/// takes away; and the holder of every test was in the pid namespace of the test.
/// </remarks>
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
        Assert.Equal(child.Id, RecordLock.Probe(Path).ProcessId);
        Assert.False(RecordLock.TryAcquire(Path, out _));
    }

    [Fact]
    public async Task Killed_holder_lets_go()
    {
        using TestChild child = await TestChild.StartAsync("record-lock", Path);
        child.Kill();

        Assert.Equal(LockHolder.Nobody, RecordLock.Probe(Path));
        Assert.True(RecordLock.TryAcquire(Path, out RecordLock? held));
        held.Dispose();
    }

    [Fact]
    public async Task Holder_keeps_others_out_and_probing_does_not_let_them_in()
    {
        Assert.True(RecordLock.TryAcquire(Path, out RecordLock? held));
        Assert.Equal(Environment.ProcessId, RecordLock.Probe(Path).ProcessId);
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
        Assert.Equal(LockHolder.Nobody, RecordLock.Probe(Path));
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

        Assert.Equal(Environment.ProcessId, RecordLock.Probe(other).ProcessId);
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

        Assert.Equal(child.Id, RecordLock.Probe(Path).ProcessId);
        _ = LibC.Close(descriptor);
    }

    [Fact]
    public async Task Holder_that_reads_the_file_keeps_the_lock_and_is_known_by_its_mark()
    {
        using TestChild child = await TestChild.StartAsync("record-lock-read", Path);

        LockHolder holder = RecordLock.Probe(Path);

        Assert.Equal((true, child.Id, false, false), (holder.IsHeld, holder.ProcessId, holder.IsNamedByKernel, holder.HasDied));
        Assert.False(RecordLock.TryAcquire(Path, out _));
        Assert.False(RecordLock.TryAbandon(Path));
        child.Kill();
        Assert.Equal(LockHolder.Nobody, RecordLock.Probe(Path));
    }

    [Fact]
    public async Task Kernel_names_the_holder_again_when_it_looked_after_the_lock()
    {
        Assert.True(RecordLock.TryAcquire(Path, out RecordLock? held));
        File.OpenRead(Path).Dispose();
        Assert.Equal($"process {Environment.ProcessId}, named by itself", await ProbeAsync());

        held.Renew();

        Assert.Equal($"process {Environment.ProcessId}, named by the kernel", await ProbeAsync());
        held.Dispose();
        held.Renew();
        Assert.Equal("nobody, named by itself", await ProbeAsync());
    }

    [Fact]
    public async Task Child_of_the_holder_does_not_keep_the_lock()
    {
        using TestChild child = await TestChild.StartAsync("record-lock-beside-child", Path);
        using var sleeping = System.Diagnostics.Process.GetProcessById(int.Parse(child.Answer, System.Globalization.CultureInfo.InvariantCulture));

        child.Kill();

        Assert.Equal(LockHolder.Nobody, RecordLock.Probe(Path));
        Assert.False(sleeping.HasExited);
        sleeping.Kill();
    }

    [Fact]
    public async Task Lock_that_only_a_child_left_behind_keeps_is_given_up_for_a_new_file()
    {
        using TestChild child = await TestChild.StartAsync("record-lock-given-to-child", Path);
        using var sleeping = System.Diagnostics.Process.GetProcessById(int.Parse(child.Answer, System.Globalization.CultureInfo.InvariantCulture));
        Assert.False(RecordLock.TryAbandon(Path));
        child.Kill();

        LockHolder holder = RecordLock.Probe(Path);

        Assert.Equal((true, 0, true), (holder.IsHeld, holder.ProcessId, holder.HasDied));
        Assert.False(RecordLock.TryAcquire(Path, out _));
        Assert.True(RecordLock.TryAbandon(Path));
        Assert.True(RecordLock.TryAcquire(Path, out RecordLock? held));
        Assert.False(RecordLock.TryAbandon(Path));
        held.Dispose();
        sleeping.Kill();
    }

    [Fact]
    public async Task Lock_whose_holder_left_no_mark_is_given_up_by_nobody()
    {
        using TestChild child = await TestChild.StartAsync("record-lock-given-to-child", Path);
        using var sleeping = System.Diagnostics.Process.GetProcessById(int.Parse(child.Answer, System.Globalization.CultureInfo.InvariantCulture));
        await File.WriteAllTextAsync(Path, "");
        child.Kill();

        LockHolder holder = RecordLock.Probe(Path);

        // As on a disk that was full: who holds it, and whether it lives, is not known.
        Assert.Equal((true, 0, false), (holder.IsHeld, holder.ProcessId, holder.HasDied));
        Assert.False(RecordLock.TryAbandon(Path));
        sleeping.Kill();
    }

    [Fact]
    public async Task Who_waits_has_it_when_a_holder_that_read_the_file_dies()
    {
        using TestChild child = await TestChild.StartAsync("record-lock-read", Path);
        Task<RecordLock> waiting = Patience.InThread(() => RecordLock.Acquire(Path));

        child.Kill();

        (await waiting).Dispose();
    }

    private async Task<string> ProbeAsync()
    {
        using TestChild child = await TestChild.StartAsync("probe-record-lock", Path);
        return child.Answer;
    }
}
