using DaemonRpc.Control;
using DaemonRpc.Launch;
using DaemonRpc.Protocol;
using DaemonRpc.Transport;

namespace DaemonRpc.Runtime.Tests.Control;

public sealed class DaemonKillTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly DaemonAddress _address;

    public DaemonKillTests() => _address = new DaemonAddress("kill.tests", "", _folder.Path);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Holder_that_said_who_it_is_is_ended()
    {
        using TestChild holder = await HoldInstanceLockAsync();

        await KillAsync(said: holder.Id);

        Assert.False(InstanceLock.Probe(_address.InstanceLockPath).IsHeld);
        holder.WaitForEnd();
    }

    [Fact]
    public async Task Number_that_has_come_to_mean_an_innocent_process_is_not_signalled_nor_is_the_holder()
    {
        using TestChild holder = await HoldInstanceLockAsync();
        using TestChild innocent = await TestChild.StartAsync("record-lock", _folder["other"]);

        DaemonUnresponsiveException exception = await Assert.ThrowsAsync<DaemonUnresponsiveException>(() => KillAsync(said: innocent.Id));

        Assert.False(innocent.HasEnded || holder.HasEnded);
        Assert.Contains($"instance lock is held by process {holder.Id}", exception.Message, StringComparison.Ordinal);
        Assert.Contains($"was process {innocent.Id}", exception.Message, StringComparison.Ordinal);
        Assert.Contains("Nothing was ended", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Holder_whose_socket_is_served_by_another_process_is_not_ended()
    {
        using TestChild holder = await HoldInstanceLockAsync();
        using UnixSocketListener listener = UnixSocketListener.Publish(_address.SocketPath);

        DaemonUnresponsiveException exception = await Assert.ThrowsAsync<DaemonUnresponsiveException>(() => KillAsync(said: 0));

        Assert.False(holder.HasEnded);
        Assert.Contains($"served by process {Environment.ProcessId}", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Holder_that_never_answered_is_ended_if_the_kernel_knows_it_by_the_lock_and_by_its_name()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has kernel names.");
        using TestChild holder = await HoldInstanceLockAsync();

        await KillAsync(said: 0);

        Assert.False(InstanceLock.Probe(_address.InstanceLockPath).IsHeld);
        holder.WaitForEnd();
    }

    /// <remarks>As on a file system that several machines lock, where the number is another machine's.</remarks>
    [Fact]
    public async Task Lock_alone_is_not_enough()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "On macOS a lock on a local volume is enough.");
        using TestChild holder = await TestChild.StartAsync("record-lock", _address.InstanceLockPath);

        DaemonUnresponsiveException exception = await Assert.ThrowsAsync<DaemonUnresponsiveException>(() => KillAsync(said: 0));

        Assert.False(holder.HasEnded);
        Assert.Contains($"kill -9 {holder.Id}", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Name_alone_is_not_enough()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has kernel names.");
        using TestChild holder = await HoldInstanceLockAsync();
        File.Delete(_address.InstanceLockPath);

        DaemonUnresponsiveException exception = await Assert.ThrowsAsync<DaemonUnresponsiveException>(() => KillAsync(said: 0));

        Assert.False(holder.HasEnded);
        Assert.Contains($"kill -9 {holder.Id}", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Process_that_holds_nothing_is_left_alone_whatever_the_daemon_said()
    {
        using TestChild innocent = await TestChild.StartAsync("record-lock", _folder["other"]);

        await KillAsync(said: innocent.Id);

        Assert.False(innocent.HasEnded);
    }

    [Fact]
    public async Task Forced_stop_by_a_handle_whose_daemon_became_another_process_ends_neither()
    {
        using TestChild holder = await HoldInstanceLockAsync();
        using TestChild innocent = await TestChild.StartAsync("record-lock", _folder["other"]);
        var known = new Welcome { Id = "kill.tests", ProcessId = innocent.Id };
        var handle = new DaemonHandle(new SocketDialer(_address), _address, TimeSpan.FromMilliseconds(100), known, DaemonOrigin.Reused, "");

        _ = await Assert.ThrowsAsync<DaemonUnresponsiveException>(() => handle.StopAsync(force: true).Soon());

        Assert.False(innocent.HasEnded || holder.HasEnded);
    }

    private Task<TestChild> HoldInstanceLockAsync() => TestChild.StartAsync("life-lock", _address.InstanceLockPath);

    private Task KillAsync(int said) => Patience.InThread(() => DaemonKill.Kill(_address, said, Patience.Limit));
}
