using System.Buffers;
using System.Buffers.Binary;
using DaemonRpc.Framing;
using DaemonRpc.Serialization;

namespace DaemonRpc.Runtime.Tests.Serialization.Forged;

/// <summary>A daemon that makes up results and items. The daemon is the test.</summary>
public sealed class ForgedAnswerTests : IDisposable
{
    private readonly ScriptedDaemon _daemon = new();

    public void Dispose() => _daemon.Dispose();

    [Fact]
    public async Task Forged_result_fails_its_call_and_no_other()
    {
        (SampleClient client, ScriptedPeer daemon) = await _daemon.ConnectAsync(new DaemonClientOptions());
        await using SampleClient ours = client;
        using ScriptedPeer theirs = daemon;

        foreach (int length in (int[])[int.MinValue, int.MinValue + 3, int.MaxValue])
        {
            Task<string> calling = client.EchoAsync("x");
            daemon.Say(FrameKind.Result, (await daemon.HearAsync(FrameKind.Request)).CallId, output => Write(output, length, 0));
            _ = await Assert.ThrowsAsync<DaemonProtocolException>(() => calling.Soon());
        }

        Task<string> honest = client.EchoAsync("x");
        daemon.Say(FrameKind.Result, (await daemon.HearAsync(FrameKind.Request)).CallId, output => Value.Write(output, "honest", "result"));
        Assert.Equal("honest", await honest.Soon());
    }

    [Fact]
    public async Task Forged_result_of_a_structure_fails_its_call()
    {
        (SampleClient client, ScriptedPeer daemon) = await _daemon.ConnectAsync(new DaemonClientOptions());
        await using SampleClient ours = client;
        using ScriptedPeer theirs = daemon;

        Task<DateTimeOffset> calling = client.Request(77, "WhenAsync").SendAsync<DateTimeOffset>(default);
        daemon.Say(FrameKind.Result, (await daemon.HearAsync(FrameKind.Request)).CallId, output => output.Write(Enumerable.Repeat((byte)0xFF, 16).ToArray()));

        _ = await Assert.ThrowsAsync<DaemonProtocolException>(() => calling.Soon());
    }

    [Fact]
    public async Task Forged_item_fails_its_stream()
    {
        (SampleClient client, ScriptedPeer daemon) = await _daemon.ConnectAsync(new DaemonClientOptions());
        await using SampleClient ours = client;
        using ScriptedPeer theirs = daemon;

        await using IAsyncEnumerator<string> items = client.Request(78, "TextsAsync").StreamAsync<string>(default).GetAsyncEnumerator();
        ValueTask<bool> moving = items.MoveNextAsync();
        uint call = (await daemon.HearAsync(FrameKind.Request)).CallId;
        daemon.Say(FrameKind.Item, call, output =>
        {
            Write(output, 2 * sizeof(int));
            Write(output, int.MinValue, 0);
        });
        daemon.Say(FrameKind.Result, call);

        _ = await Assert.ThrowsAsync<DaemonProtocolException>(() => moving.Soon());
    }

    private static void Write(IBufferWriter<byte> output, params int[] numbers)
    {
        foreach (int number in numbers)
        {
            BinaryPrimitives.WriteInt32LittleEndian(output.GetSpan(sizeof(int)), number);
            output.Advance(sizeof(int));
        }
    }
}
