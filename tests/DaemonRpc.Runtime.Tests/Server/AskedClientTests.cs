using System.Buffers;
using System.Buffers.Binary;
using DaemonRpc.CodeGen;
using DaemonRpc.Framing;
using DaemonRpc.Protocol;

namespace DaemonRpc.Runtime.Tests.Server;

/// <summary>Clients that are asked for items, and answer as no honest client would.</summary>
public sealed class AskedClientTests : IDisposable
{
    private const int Credit = 256 * 1024;

    private readonly TestServer _server = new();
    private readonly TaskCompletionSource<string> _taken = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public AskedClientTests() => _server.Handler.Run = async (_, reply, cancellationToken) =>
    {
        List<string> words = [];
        try
        {
            await foreach (string word in new CallerItems<string>(reply, 3).WithCancellation(cancellationToken))
            {
                words.Add(word);
            }
        }
        finally
        {
            _taken.SetResult(string.Join(' ', words));
        }

        Assert.NotNull(reply.BeginResult());
    };

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task Ask_names_the_argument_its_credit_and_who_waits()
    {
        using ScriptedPeer peer = await CallAsync();

        var ask = Ask.Read((await peer.HearAsync(FrameKind.Ask)).Payload);

        Assert.Equal((1u, 3, Credit), (ask.Number, ask.Argument, (int)ask.CreditOrMethod));
        Assert.Equal(TestServer.Incarnation, Assert.Single(ask.Chain.Links).Incarnation);
        Say(peer, FrameKind.AskedItems, 1, Item("one"), Item("two"));
        Say(peer, FrameKind.Answer, 1, [0]);
        _ = await peer.HearAsync(FrameKind.Result);
        Assert.Equal("one two", await _taken.Task.Soon());
    }

    [Theory]
    [InlineData((byte)FrameKind.AskedItems, 2u, "The client answered ask 2 of a call that has asked 1 times.")]
    [InlineData((byte)FrameKind.Answer, 2u, "The client answered ask 2 of a call that has asked 1 times.")]
    [InlineData((byte)FrameKind.Answer, 0u, "The client answered ask 0 of a call that has asked 1 times.")]
    public async Task Answer_to_what_nobody_asked_is_a_violation(byte kind, uint ask, string message)
    {
        using ScriptedPeer peer = await AskedAsync();

        Say(peer, (FrameKind)kind, ask);

        await AssertEndedAsync(peer, message);
    }

    [Theory]
    [InlineData((byte)FrameKind.AskedItems)]
    [InlineData((byte)FrameKind.Answer)]
    public async Task Frame_without_a_number_is_a_violation(byte kind)
    {
        using ScriptedPeer peer = await AskedAsync();

        peer.Say((FrameKind)kind, 1, static output => output.Write<byte>([1, 0, 0]));

        await AssertEndedAsync(peer, $"A frame of the kind {(FrameKind)kind} ends within a number of 4 bytes.");
    }

    [Fact]
    public async Task More_than_was_asked_for_is_a_violation()
    {
        using ScriptedPeer peer = await AskedAsync(takes: false);

        Say(peer, FrameKind.AskedItems, 1, new byte[Credit + 1000]);
        Say(peer, FrameKind.AskedItems, 1, Item("too much"));

        await AssertEndedAsync(peer, "The client sent more items to Method1 than the daemon had asked for.");
    }

    [Fact]
    public async Task Answer_to_a_call_that_asks_nothing_is_a_violation()
    {
        var gate = new TaskCompletionSource();
        _server.Handler.Run = async (_, _, cancellationToken) => await gate.Task.WaitAsync(cancellationToken);
        using ScriptedPeer peer = await CallAsync();

        Say(peer, FrameKind.Answer, 1, [0]);

        await AssertEndedAsync(peer, "The client answered Method1, which has asked nothing.");
    }

    [Fact]
    public async Task Answers_to_calls_that_have_ended_or_never_were_are_ignored()
    {
        using ScriptedPeer peer = await AskedAsync();
        Say(peer, FrameKind.Answer, 1, [0]);
        _ = await peer.HearAsync(FrameKind.Result);

        Say(peer, FrameKind.AskedItems, 1, Item("late"));
        Say(peer, FrameKind.Answer, 1, [0]);
        peer.Say(FrameKind.Answer, 99, static output => output.Write(new byte[] { 1, 0, 0, 0 }));
        peer.Say(FrameKind.StatusQuery, 2);

        _ = await peer.HearAsync(FrameKind.Status);
    }

    /// <remarks>The value is the client's fault, and ends its call only.</remarks>
    [Theory]
    [InlineData(new byte[] { 255, 255, 255, 127 })]
    [InlineData(new byte[] { 4, 0, 0, 0, 255, 255, 255, 127 })]
    [InlineData(new byte[] { 1, 0, 0 })]
    public async Task Item_that_is_no_value_fails_the_call_and_nothing_else(byte[] items)
    {
        using ScriptedPeer peer = await AskedAsync();

        Say(peer, FrameKind.AskedItems, 1, items);

        _ = await peer.HearAsync(FrameKind.Withdraw);
        var error = ErrorMessage.Read((await peer.HearAsync(FrameKind.Error)).Payload);
        Assert.True(error.IsProtocol);
        peer.Say(FrameKind.StatusQuery, 2);
        _ = await peer.HearAsync(FrameKind.Status);
    }

    [Fact]
    public async Task Failure_that_says_nothing_of_itself_is_one_nevertheless()
    {
        using ScriptedPeer peer = await AskedAsync();

        Say(peer, FrameKind.Answer, 1, [1]);

        var error = ErrorMessage.Read((await peer.HearAsync(FrameKind.Error)).Payload);
        Assert.Equal((1u, ""), (error.Ask, error.Message));
    }

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 2 })]
    public async Task Answer_that_does_not_say_whether_it_failed_is_a_violation(byte[] rest)
    {
        using ScriptedPeer peer = await AskedAsync();

        Say(peer, FrameKind.Answer, 1, rest);

        await AssertEndedAsync(peer, "An answer does not say whether it failed.");
    }

    [Theory]
    [InlineData((byte)FrameKind.AskedItems, "The client sent items to ConfirmAsync, which is a callback.")]
    [InlineData((byte)FrameKind.Answer, null)]
    public async Task Answer_of_a_callback_that_is_no_value_fails_the_call_and_nothing_else(byte kind, string? message)
    {
        _server.Handler.Run = static async (_, reply, cancellationToken) =>
            await new CallbackChannel(reply, 0).Request(5, "ConfirmAsync").With("Sure?").SendAsync<string>(cancellationToken);
        using ScriptedPeer peer = await AskedAsync();

        Say(peer, (FrameKind)kind, 1, kind == (byte)FrameKind.Answer ? [0, 255, 255, 255, 127] : Item("one"));

        if (message is not null)
        {
            await AssertEndedAsync(peer, message);
            return;
        }

        var error = ErrorMessage.Read((await peer.HearAsync(FrameKind.Error)).Payload);
        Assert.True(error.IsProtocol);
        Assert.StartsWith("The result of ConfirmAsync", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Frame_of_small_items_and_the_largest_one_is_accepted()
    {
        using var server = new TestServer(new DaemonOptions { MaxFrameBytes = 64 * 1024, IdleTimeout = Timeout.InfiniteTimeSpan });
        server.Handler.Run = _server.Handler.Run;
        using ScriptedPeer peer = await server.GreetAsync();
        peer.Say(FrameKind.Request, 1, TestServer.Request());
        _ = await peer.HearAsync(FrameKind.Ask);

        Say(peer, FrameKind.AskedItems, 1, Item(new string('a', 4 * 1024)), Item(new string('b', 31 * 1024)));
        Say(peer, FrameKind.Answer, 1, [0]);

        _ = await peer.HearAsync(FrameKind.Result);
        Assert.Equal((35 * 1024) + 1, (await _taken.Task.Soon()).Length);
        Say(peer, FrameKind.AskedItems, 1, new byte[129 * 1024]);
        await AssertEndedAsync(peer, "A AskedItems frame announces 132100 bytes; at most 131072 are accepted here.");
    }

    private async Task<ScriptedPeer> CallAsync()
    {
        ScriptedPeer peer = await _server.GreetAsync();
        peer.Say(FrameKind.Request, 1, TestServer.Request());
        return peer;
    }

    private async Task<ScriptedPeer> AskedAsync(bool takes = true)
    {
        if (!takes)
        {
            _server.Handler.Run = static async (_, reply, cancellationToken) =>
            {
                await using IAsyncEnumerator<string> items = new CallerItems<string>(reply, 0).GetAsyncEnumerator(cancellationToken);
                Task<bool> next = items.MoveNextAsync().AsTask();
                await Task.Delay(Timeout.Infinite, cancellationToken);
                Assert.True(await next);
            };
        }

        ScriptedPeer peer = await CallAsync();
        _ = await peer.HearAsync(FrameKind.Ask);
        return peer;
    }

    private static async Task AssertEndedAsync(ScriptedPeer peer, string message)
    {
        HeardFrame? heard;
        do
        {
            heard = await peer.HearAsync();
            Assert.NotNull(heard);
        }
        while (heard.Kind != FrameKind.Goodbye);
        var goodbye = Goodbye.Read(heard.Payload);
        Assert.Equal((GoodbyeReason.Protocol, message), (goodbye.Reason, goodbye.Message));
    }

    private static void Say(ScriptedPeer peer, FrameKind kind, uint ask, params byte[][] items) => peer.Say(kind, 1, output =>
    {
        Span<byte> number = output.GetSpan(sizeof(uint));
        BinaryPrimitives.WriteUInt32LittleEndian(number, ask);
        output.Advance(sizeof(uint));
        foreach (byte[] item in items)
        {
            output.Write(item);
        }
    });

    private static byte[] Item(string text)
    {
        byte[] item = new byte[sizeof(int) + sizeof(int) + (2 * text.Length)];
        BinaryPrimitives.WriteInt32LittleEndian(item, item.Length - sizeof(int));
        BinaryPrimitives.WriteInt32LittleEndian(item.AsSpan(sizeof(int)), text.Length);
        System.Text.Encoding.Unicode.GetBytes(text, item.AsSpan(2 * sizeof(int)));
        return item;
    }
}
