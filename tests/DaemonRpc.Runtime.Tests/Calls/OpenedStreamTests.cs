using DaemonRpc.CodeGen;
using DaemonRpc.Framing;
using DaemonRpc.Passing;
using DaemonRpc.Platform;
using DaemonRpc.Protocol;
using DaemonRpc.Transport;
using Microsoft.Win32.SafeHandles;

namespace DaemonRpc.Runtime.Tests.Calls;

/// <summary>What a daemon says when a method returns a stream of bytes, rightly or wrongly. However it ends, the client keeps no descriptor.</summary>
public sealed class OpenedStreamTests : IDisposable
{
    private const byte Readable = (byte)(StreamTraits.Passed | StreamTraits.Reads | StreamTraits.Copied);

    private readonly ScriptedDaemon _daemon = new();

    public void Dispose() => _daemon.Dispose();

    [Fact]
    public async Task Stream_ends_with_its_call_and_not_before()
    {
        (SampleClient client, ScriptedPeer daemon) = await ConnectAsync();
        await using SampleClient used = client;
        using ScriptedPeer heard = daemon;
        Task<Stream?> opening = client.OpenAsync();
        HeardFrame request = await daemon.HearAsync(FrameKind.Request);
        Assert.Equal((uint)FrameLimits.ReportCredit, RequestHeader.Read(request.Payload).Credit);
        using SocketChannel near = Open(daemon, request.CallId, Readable);
        await using Stream stream = (await opening.Soon())!;
        near.Send("all"u8);
        byte[] bytes = new byte[10];
        Assert.Equal(3, await stream.ReadAsync(bytes).AsTask().Soon());

        near.Shutdown();
        Task<int> reading = stream.ReadAsync(bytes).AsTask();
        daemon.Say(FrameKind.Progress, 1000);
        Assert.False(reading.IsCompleted);
        daemon.Say(FrameKind.Result, request.CallId);

        Assert.Equal(0, await reading.Soon());
    }

    [Fact]
    public async Task Stream_that_is_cut_off_by_the_daemons_death_fails()
    {
        (SampleClient client, ScriptedPeer daemon) = await ConnectAsync();
        await using SampleClient used = client;
        Task<Stream?> opening = client.OpenAsync();
        HeardFrame request = await daemon.HearAsync(FrameKind.Request);
        SocketChannel near = Open(daemon, request.CallId, Readable);
        await using Stream stream = (await opening.Soon())!;
        _daemon.HasNoSuccessor();

        near.Dispose();
        daemon.Dispose();

        Assert.True((await Assert.ThrowsAsync<DaemonDisconnectedException>(() => stream.ReadAsync(new byte[1]).AsTask().Soon())).MayHaveRun);
    }

    [Theory]
    [InlineData(0, 1, "without a descriptor")]
    [InlineData(1, 0, "no byte")]
    [InlineData(1, 2, "two bytes")]
    [InlineData(2, 1, "two descriptors")]
    public async Task Malformed_opening_ends_the_connection(int descriptors, int bytes, string what)
    {
        (SampleClient client, ScriptedPeer daemon) = await ConnectAsync();
        await using SampleClient used = client;
        using ScriptedPeer heard = daemon;
        Task<Stream?> opening = client.OpenAsync();
        HeardFrame request = await daemon.HearAsync(FrameKind.Request);
        using SocketChannel near = Send(daemon, FrameKind.Opened, request.CallId, [.. Enumerable.Repeat(Readable, bytes)], descriptors);
        _daemon.HasNoSuccessor();

        Exception? failure = await Record.ExceptionAsync(async () =>
        {
            await using Stream stream = (await opening.Soon())!;
            _ = await stream.ReadAsync(new byte[1]).AsTask().Soon();
        });

        Assert.True(failure is DaemonDisconnectedException or DaemonProtocolException, $"{what}: {failure}");
        Assert.Equal(0, await Patience.InThread(() => near.Receive(new byte[1])));
    }

    [Theory]
    [InlineData((byte)(StreamTraits.Passed | StreamTraits.Copied))]
    [InlineData((byte)(StreamTraits.Passed | StreamTraits.Copied | StreamTraits.Reads | StreamTraits.Writes))]
    [InlineData((byte)StreamTraits.Passed)]
    public async Task Stream_that_can_do_nothing_is_refused(byte traits)
    {
        (SampleClient client, ScriptedPeer daemon) = await ConnectAsync();
        await using SampleClient used = client;
        using ScriptedPeer heard = daemon;
        Task<Stream?> opening = client.OpenAsync();
        HeardFrame request = await daemon.HearAsync(FrameKind.Request);
        using SocketChannel near = Open(daemon, request.CallId, traits);
        daemon.Say(FrameKind.Result, request.CallId);

        _ = await Assert.ThrowsAsync<DaemonProtocolException>(() => opening.Soon());

        Assert.Equal(0, await Patience.InThread(() => near.Receive(new byte[1])));
    }

    [Fact]
    public async Task File_that_is_passed_as_a_socket_is_refused()
    {
        (SampleClient client, ScriptedPeer daemon) = await ConnectAsync();
        await using SampleClient used = client;
        using ScriptedPeer heard = daemon;
        Task<Stream?> opening = client.OpenAsync();
        HeardFrame request = await daemon.HearAsync(FrameKind.Request);
        Send(daemon, FrameKind.Opened, request.CallId, [Readable], [File.OpenHandle("/dev/null")]);
        _ = await daemon.HearAsync(FrameKind.Cancel);
        daemon.Say(FrameKind.Result, request.CallId);

        DaemonProtocolException exception = await Assert.ThrowsAsync<DaemonProtocolException>(() => opening.Soon());

        Assert.Contains("no connected socket", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Second_stream_of_a_call_ends_the_connection()
    {
        (SampleClient client, ScriptedPeer daemon) = await ConnectAsync();
        await using SampleClient used = client;
        using ScriptedPeer heard = daemon;
        Task<Stream?> opening = client.OpenAsync();
        HeardFrame request = await daemon.HearAsync(FrameKind.Request);
        using SocketChannel first = Open(daemon, request.CallId, Readable);
        await using Stream stream = (await opening.Soon())!;
        using SocketChannel second = Open(daemon, request.CallId, Readable);

        Assert.Equal(0, await Patience.InThread(() => second.Receive(new byte[1])));
        Assert.Null(await daemon.HearAsync());
    }

    [Fact]
    public async Task Stream_of_a_call_that_returns_none_ends_the_connection()
    {
        (SampleClient client, ScriptedPeer daemon) = await ConnectAsync();
        await using SampleClient used = client;
        using ScriptedPeer heard = daemon;
        Task<string> echo = client.EchoAsync("hello");
        HeardFrame request = await daemon.HearAsync(FrameKind.Request);
        _daemon.HasNoSuccessor();
        using SocketChannel near = Open(daemon, request.CallId, Readable);

        _ = await Assert.ThrowsAnyAsync<DaemonException>(() => echo);

        Assert.Equal(0, await Patience.InThread(() => near.Receive(new byte[1])));
    }

    [Fact]
    public async Task Stream_of_a_call_that_has_ended_is_closed()
    {
        (SampleClient client, ScriptedPeer daemon) = await ConnectAsync();
        await using SampleClient used = client;
        using ScriptedPeer heard = daemon;
        using SocketChannel near = Open(daemon, 1000, Readable);

        Assert.Equal(0, await Patience.InThread(() => near.Receive(new byte[1])));
        Task<string> echo = client.EchoAsync("hello");
        HeardFrame request = await daemon.HearAsync(FrameKind.Request);
        daemon.Say(FrameKind.Canceled, request.CallId, new CancelReply(CancelOutcome.Stopped, 1).Write);
        _ = await Assert.ThrowsAsync<DaemonTaskCanceledException>(() => echo);
    }

    [Fact]
    public async Task Descriptor_that_comes_with_another_frame_ends_the_connection()
    {
        (SampleClient client, ScriptedPeer daemon) = await ConnectAsync();
        await using SampleClient used = client;
        using ScriptedPeer heard = daemon;
        using SocketChannel near = Send(daemon, FrameKind.Started, 1000, [], 1);

        Assert.Null(await daemon.HearAsync());
        Assert.Equal(0, await Patience.InThread(() => near.Receive(new byte[1])));
    }

    [Fact]
    public async Task Client_whose_contract_passes_nothing_gets_no_descriptor()
    {
        (SampleClient client, ScriptedPeer daemon) = await _daemon.ConnectAsync(new DaemonClientOptions(), contract: s_withoutStreams);
        await using SampleClient used = client;
        using ScriptedPeer heard = daemon;
        using SocketChannel near = Open(daemon, 1, Readable);

        Assert.Equal(0, await Patience.InThread(() => near.Receive(new byte[1])));
        Assert.Null(await daemon.HearAsync());
    }

    private static SocketChannel Open(ScriptedPeer daemon, uint callId, byte traits) => Send(daemon, FrameKind.Opened, callId, [traits], 1);

    /// <summary>Sends a frame with the ends of so many sockets. Returns the near end of the first.</summary>
    private static SocketChannel Send(ScriptedPeer daemon, FrameKind kind, uint callId, byte[] payload, int descriptors)
    {
        SocketChannel? near = null;
        List<SafeFileHandle> far = [];
        for (int index = 0; index < Math.Max(1, descriptors); index++)
        {
            UnixSocket socket = SocketPair.Create(out int number);
            far.Add(new SafeFileHandle(number, ownsHandle: true));
            if (near is null)
            {
                near = new SocketChannel(socket);
            }
            else
            {
                socket.Dispose();
            }
        }

        Send(daemon, kind, callId, payload, [.. far.Take(descriptors)]);
        far.ForEach(static handle => handle.Dispose());
        return near!;
    }

    private static void Send(ScriptedPeer daemon, FrameKind kind, uint callId, byte[] payload, SafeFileHandle[] descriptors)
    {
        FrameBuffer frame = FrameBuffer.Rent();
        payload.CopyTo(frame.GetSpan(payload.Length));
        frame.Advance(payload.Length);
        frame.Descriptors = descriptors;
        _ = frame.Finish(kind, callId);
        int sent = descriptors.Length == 0 ? daemon.Channel.TrySend(frame.Frame) : daemon.Channel.TrySend(frame.Frame, default, descriptors);
        Assert.Equal(frame.Length, sent);
        frame.Return();
    }

    private Task<(SampleClient Client, ScriptedPeer Daemon)> ConnectAsync() => _daemon.ConnectAsync(new DaemonClientOptions());

    private static readonly DaemonContract s_withoutStreams = new()
    {
        Id = SampleDispatcher.Contract.Id,
        Interface = SampleDispatcher.Contract.Interface,
        BuildTimestampTicks = SampleDispatcher.Contract.BuildTimestampTicks,
    };
}
