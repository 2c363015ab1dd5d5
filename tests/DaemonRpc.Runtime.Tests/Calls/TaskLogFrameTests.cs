using System.Buffers;
using System.Buffers.Binary;
using DaemonRpc.Calls;
using DaemonRpc.Framing;
using DaemonRpc.Protocol;
using Microsoft.Extensions.Logging;

namespace DaemonRpc.Runtime.Tests.Calls;

/// <summary>What a daemon could send in place of the log messages that a client asked for, or though it asked for none.</summary>
public sealed class TaskLogFrameTests : IDisposable
{
    private readonly HeardLog _heard = new();
    private readonly TaskLog _log;

    public TaskLogFrameTests() => _log = new TaskLog("category", LogLevel.Debug, _heard);

    public void Dispose() => _heard.Dispose();

    [Fact]
    public void Messages_of_a_frame_are_handed_over_in_order_and_what_was_lost_before_them()
    {
        _log.Deliver([.. Message(LogLevel.Debug, "first"), .. Message(LogLevel.Error, "second", lost: 3), .. Message(null, "", lost: 1)], "RunAsync");

        Assert.Equal(["first", "3 messages", "second", "1 messages"], _heard.Texts.Select(static text => text.StartsWith("3 m", StringComparison.Ordinal) || text.StartsWith("1 m", StringComparison.Ordinal) ? text[..10] : text));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData((int)LogLevel.Trace)]
    [InlineData((int)LogLevel.None)]
    [InlineData(int.MaxValue)]
    public void Message_of_a_level_that_was_not_asked_for_is_refused(int level)
    {
        _ = Assert.Throws<DaemonProtocolException>(() => _log.Deliver([.. Message(LogLevel.Debug, "first"), .. Message((LogLevel)level, "second")], "RunAsync"));

        Assert.Equal(["first"], _heard.Texts);
    }

    [Fact]
    public void Frame_that_ends_anywhere_within_a_message_is_refused()
    {
        byte[] message = Message(LogLevel.Error, "text", lost: 3);
        for (int length = 1; length < message.Length; length++)
        {
            byte[] cut = message[..length];
            _ = Assert.Throws<DaemonProtocolException>(() => _log.Deliver(cut, "RunAsync"));
        }

        Assert.Empty(_heard.All);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    [InlineData(int.MaxValue)]
    [InlineData(3)]
    public void Message_with_a_forged_length_is_refused(int length)
    {
        byte[] message = Message(LogLevel.Error, "text");
        BinaryPrimitives.WriteInt32LittleEndian(message, length);

        _ = Assert.Throws<DaemonProtocolException>(() => _log.Deliver(message, "RunAsync"));
        Assert.Empty(_heard.All);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_with_a_message_that_was_not_asked_for_fails_and_its_connection_goes_on(bool asks)
    {
        using var scripted = new ScriptedDaemon();
        (SampleClient client, ScriptedPeer daemon) = await scripted.ConnectAsync(
            new DaemonClientOptions { LoggerFactory = _heard, TaskLogLevel = asks ? LogLevel.Debug : LogLevel.None });
        await using SampleClient ours = client;
        using ScriptedPeer theirs = daemon;

        // A call in which the daemon may say nothing at all ends at once; any other is cancelled.
        (Func<Task> Begin, bool IsConversation)[] calls =
        [
            (() => client.EchoAsync("x"), asks),
            (() => client.WorkAsync(new Received<string>()), true),
            (() => client.StreamAsync(1).ToArrayAsync().AsTask(), true),
        ];
        foreach ((Func<Task> begin, bool isConversation) in calls)
        {
            Task call = begin();
            HeardFrame? request = await daemon.HearAsync();
            while (request is { Kind: FrameKind.StatusQuery })
            {
                // Whether the cancelled call before lives on.
                request = await daemon.HearAsync();
            }

            uint id = request!.CallId;
            daemon.Say(FrameKind.Log, id, static output => output.Write(Message(LogLevel.Trace, "forged")));
            if (isConversation)
            {
                _ = await daemon.HearAsync(FrameKind.Cancel);
                daemon.Say(FrameKind.Canceled, id, new CancelReply(CancelOutcome.Stopped, 1).Write);
            }

            _ = await Assert.ThrowsAsync<DaemonProtocolException>(() => call.Soon());
        }

        Assert.Empty(_heard.All);
    }

    [Fact]
    public async Task Message_for_a_call_that_does_not_exist_is_ignored()
    {
        using var scripted = new ScriptedDaemon();
        (SampleClient client, ScriptedPeer daemon) = await scripted.ConnectAsync(new DaemonClientOptions { LoggerFactory = _heard, TaskLogLevel = LogLevel.Debug });
        await using SampleClient ours = client;
        using ScriptedPeer theirs = daemon;
        Task<string> call = client.EchoAsync("x");
        uint id = (await daemon.HearAsync(FrameKind.Request)).CallId;

        daemon.Say(FrameKind.Log, id + 7, static output => output.Write(Message(LogLevel.Error, "other")));
        daemon.Say(FrameKind.Log, id, static output => output.Write(Message(LogLevel.Error, "mine")));
        daemon.Say(FrameKind.Result, id, static output => output.Write(new byte[] { 1, 0, 0, 0, (byte)'y', 0 }));

        Assert.Equal("y", await call);
        Assert.Equal(["mine"], _heard.Texts);
    }

    /// <summary>A message after its length.</summary>
    private static byte[] Message(LogLevel? level, string text, long lost = 0)
    {
        FrameBuffer frame = FrameBuffer.Rent();
        new LoggedMessage { Level = level, Text = text, Lost = lost }.Write(frame);
        byte[] message = new byte[sizeof(int) + frame.PayloadLength];
        BinaryPrimitives.WriteInt32LittleEndian(message, frame.PayloadLength);
        frame.Payload.CopyTo(message.AsSpan(sizeof(int)));
        return message;
    }
}
