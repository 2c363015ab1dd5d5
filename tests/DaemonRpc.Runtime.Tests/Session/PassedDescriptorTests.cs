using DaemonRpc.Framing;
using DaemonRpc.Platform;
using DaemonRpc.Protocol;
using DaemonRpc.Transport;
using Microsoft.Win32.SafeHandles;

namespace DaemonRpc.Runtime.Tests.Session;

/// <summary>Descriptors that a client passes, rightly or wrongly. However it ends, the daemon keeps none of them.</summary>
public sealed class PassedDescriptorTests : IDisposable
{
    private readonly TestServer _server = new();
    private readonly TaskCompletionSource _free = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Dispose()
    {
        _ = _free.TrySetResult();
        _server.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Task_owns_what_came_with_its_request(bool inMemory)
    {
        _server.Handler.Run = static (_, reply, _) =>
        {
            foreach (SafeFileHandle taken in reply.TakeDescriptors())
            {
                using var channel = new SocketChannel(new UnixSocket((int)taken.DangerousGetHandle()));
                taken.SetHandleAsInvalid();
                channel.Send("hello"u8);
            }

            Assert.Empty(reply.TakeDescriptors());
            _ = reply.BeginResult();
            return default;
        };
        using ScriptedPeer peer = await GreetAsync(inMemory);
        using SocketChannel first = Pass(peer, 1, announced: 2, out SocketChannel? second, count: 2);
        using SocketChannel other = second!;

        _ = await peer.HearAsync(FrameKind.Result);
        Assert.Equal(["hello", "hello"], [await TextAsync(first), await TextAsync(other)]);
    }

    [Theory]
    [InlineData(true, 2)]
    [InlineData(false, 2)]
    [InlineData(true, 255)]
    [InlineData(true, 0)]
    [InlineData(false, 0)]
    public async Task Request_that_announces_another_number_ends_its_connection(bool inMemory, int announced)
    {
        using ScriptedPeer honest = await GreetAsync(inMemory);
        using ScriptedPeer peer = await GreetAsync(inMemory);
        using SocketChannel passed = Pass(peer, 1, (byte)announced, out _);

        HeardFrame? heard = await peer.HearAsync();
        if (heard!.Kind == FrameKind.Result)
        {
            heard = await peer.HearAsync();
        }

        Assert.Equal(FrameKind.Goodbye, heard!.Kind);
        Assert.Equal(GoodbyeReason.Protocol, Goodbye.Read(heard.Payload).Reason);
        Assert.Equal("", await TextAsync(passed));
        honest.Say(FrameKind.Request, 1, TestServer.Request());
        _ = await honest.HearAsync(FrameKind.Result);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Connection_that_is_not_for_calls_passes_nothing(bool inMemory)
    {
        using ScriptedPeer peer = await GreetAsync(inMemory, forCalls: false);
        using SocketChannel passed = Pass(peer, 1, announced: 1, out _);

        Assert.Equal(GoodbyeReason.Protocol, Goodbye.Read((await peer.HearAsync(FrameKind.Goodbye)).Payload).Reason);
        Assert.Equal("", await TextAsync(passed));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_that_is_refused_leaves_nothing(bool inMemory)
    {
        using ScriptedPeer holder = await HoldAsync(inMemory);
        using ScriptedPeer peer = await GreetAsync(inMemory);
        using SocketChannel passed = Pass(peer, 1, announced: 1, out _);

        _ = await peer.HearAsync(FrameKind.Refusal);
        Assert.Equal("", await TextAsync(passed));
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task Call_that_leaves_the_queue_leaves_nothing(bool inMemory, bool cancels)
    {
        using ScriptedPeer holder = await HoldAsync(inMemory);
        using ScriptedPeer peer = await GreetAsync(inMemory, busyWait: -1);
        using SocketChannel passed = Pass(peer, 1, announced: 1, out _);
        _ = await peer.HearAsync(FrameKind.Queued);

        if (cancels)
        {
            peer.Say(FrameKind.Cancel, 1);
        }
        else
        {
            peer.Leave();
        }

        Assert.Equal("", await TextAsync(passed));
    }

    [Fact]
    public async Task Calls_that_wait_may_keep_so_many_and_no_more()
    {
        using ScriptedPeer holder = await HoldAsync(inMemory: false);
        using ScriptedPeer peer = await GreetAsync(inMemory: false, busyWait: -1);
        List<SocketChannel> passed = [];
        for (uint call = 1; call <= 513; call++)
        {
            passed.Add(Pass(peer, call, announced: 2, out SocketChannel? second, count: 2));
            passed.Add(second!);
        }

        HeardFrame? heard;
        while ((heard = await peer.HearAsync())?.Kind == FrameKind.Queued)
        {
        }

        Assert.Equal(FrameKind.Goodbye, heard?.Kind);
        Assert.Contains("1024", Goodbye.Read(heard!.Payload).Message, StringComparison.Ordinal);
        foreach (SocketChannel channel in passed)
        {
            Assert.Equal("", await TextAsync(channel));
            channel.Dispose();
        }
    }

    /// <summary>Sends a request with the far ends of new sockets, closes these here, and returns the near ends.</summary>
    private static SocketChannel Pass(ScriptedPeer peer, uint callId, byte announced, out SocketChannel? second, int count = 1)
    {
        SocketChannel near = Pair(out SafeFileHandle far);
        SafeFileHandle? other = null;
        second = count > 1 ? Pair(out other) : null;
        FrameBuffer frame = FrameBuffer.Rent();
        RequestHeader header = new(TestServer.Contract.Build, 1, 0, 0) { Descriptors = announced };
        header.Write(frame.GetSpan(header.Size));
        frame.Advance(header.Size);
        frame.Descriptors = other is null ? [far] : [far, other];
        _ = frame.Finish(FrameKind.Request, callId);
        int sent;
        while ((sent = peer.Channel.TrySend(frame.Frame, default, frame.Descriptors)) == 0)
        {
            Assert.True(peer.Channel.WaitForRoom(Patience.Limit));
        }

        Assert.Equal(frame.Frame.Length, sent);
        frame.Return();
        Assert.True(far.IsClosed);
        return near;
    }

    private static SocketChannel Pair(out SafeFileHandle far)
    {
        UnixSocket near = SocketPair.Create(out int number);
        far = new SafeFileHandle(number, ownsHandle: true);
        return new SocketChannel(near);
    }

    /// <summary>What comes before the last copy of the other end is closed.</summary>
    private static Task<string> TextAsync(SocketChannel near) => Patience.InThread(() =>
    {
        byte[] buffer = new byte[100];
        int length = 0;
        while (near.Receive(buffer.AsSpan(length)) is var received and > 0)
        {
            length += received;
        }

        return System.Text.Encoding.UTF8.GetString(buffer, 0, length);
    });

    private async Task<ScriptedPeer> GreetAsync(bool inMemory, long busyWait = 0, bool forCalls = true)
    {
        (IByteChannel client, IByteChannel daemon) = inMemory ? InMemoryPair.Create() : SocketChannels.Create();
        _server.Daemon.Accept(daemon);
        var peer = new ScriptedPeer(client);
        peer.Say(FrameKind.Hello, 0, (TestServer.Hello with { BusyTimeout = busyWait, ForCalls = forCalls }).Write);
        _ = await peer.HearAsync(FrameKind.Welcome);
        return peer;
    }

    private async Task<ScriptedPeer> HoldAsync(bool inMemory)
    {
        var runs = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _server.Handler.Run = async (_, reply, _) =>
        {
            runs.SetResult();
            await _free.Task;
            _ = reply.BeginResult();
        };
        ScriptedPeer holder = await GreetAsync(inMemory);
        holder.Say(FrameKind.Request, 1, TestServer.Request());
        await runs.Task.Soon();
        return holder;
    }
}
