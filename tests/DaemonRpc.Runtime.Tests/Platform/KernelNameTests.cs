using System.Net.Sockets;
using DaemonRpc.Platform;

namespace DaemonRpc.Runtime.Tests.Platform;

public sealed class KernelNameTests
{
    private readonly string _name = $"daemonrpc-tests-{Guid.NewGuid():N}";

    public KernelNameTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "Other systems have no names outside of the file system.");

    [Fact]
    public async Task Another_process_is_refused_and_named_until_it_dies()
    {
        using TestChild child = await TestChild.StartAsync("kernel-name", _name);
        Assert.Equal("held", child.Answer);
        Assert.False(KernelName.TryTake(_name, out _));
        Assert.Equal(child.Id, KernelName.Probe(_name).ProcessId);

        child.Kill();

        Assert.Equal(LockHolder.Nobody, KernelName.Probe(_name));
        Assert.True(KernelName.TryTake(_name, out KernelName? taken));
        taken.Dispose();
    }

    [Fact]
    public async Task Who_waits_is_told_when_the_holder_dies()
    {
        using TestChild child = await TestChild.StartAsync("kernel-name", _name);
        Task waiting = Patience.InThread(() => KernelName.WaitForHolder(_name));

        child.Kill();

        await waiting;
        Assert.True(KernelName.TryTake(_name, out KernelName? taken));
        taken.Dispose();
    }

    [Fact]
    public async Task Who_waits_is_told_when_the_holder_looks()
    {
        Assert.True(KernelName.TryTake(_name, out KernelName? taken));
        Task waiting = Patience.InThread(() => KernelName.WaitForHolder(_name));

        // Whether it waits already is not to be seen: the holder looks now and then.
        Patience.Until(() =>
        {
            taken.Answer();
            return waiting.IsCompleted;
        });

        await waiting;
        taken.Dispose();
    }

    [Fact]
    public void Holder_is_named_as_often_as_it_looks()
    {
        Assert.True(KernelName.TryTake(_name, out KernelName? taken));
        for (int count = 0; count < 1000; count++)
        {
            Assert.Equal(Environment.ProcessId, KernelName.Probe(_name).ProcessId);
            if (count % 100 == 0)
            {
                taken.Answer();
            }
        }

        taken.Dispose();
    }

    [Fact]
    public void Name_that_somebody_has_bound_without_listening_has_no_holder()
    {
        using Socket stranger = Bind();

        Assert.False(KernelName.TryTake(_name, out _));
        Assert.Equal(LockHolder.Nobody, KernelName.Probe(_name));
        KernelName.WaitForHolder(_name);
    }

    [Fact]
    public void Name_whose_queue_somebody_keeps_full_has_no_holder()
    {
        using Socket stranger = Bind();
        stranger.Listen(0);
        using var first = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        first.Connect(new UnixDomainSocketEndPoint('\0' + _name));

        Assert.Equal(LockHolder.Nobody, KernelName.Probe(_name));
    }

    private Socket Bind()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint('\0' + _name));
        return socket;
    }
}
