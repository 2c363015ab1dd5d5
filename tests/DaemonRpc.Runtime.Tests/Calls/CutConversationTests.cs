using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using DaemonRpc.CodeGen;
using DaemonRpc.Framing;
using DaemonRpc.Protocol;

namespace DaemonRpc.Runtime.Tests.Calls;

/// <summary>A conversation with a stream from the caller and a callback, in which one end is cut off at every byte.</summary>
public sealed class CutConversationTests
{
    [Fact]
    public async Task Client_that_is_cut_off_at_any_byte_takes_its_task_with_it_and_nothing_else()
    {
        using var server = new TestServer();
        int ended = 0;
        server.Handler.Run = async (method, reply, cancellationToken) =>
        {
            if (method == 2)
            {
                Assert.NotNull(reply.BeginResult());
                return;
            }

            try
            {
                int count = await new CallerItems<string>(reply, 0).CountAsync(cancellationToken);
                await new CallbackChannel(reply, 1).Request(5, "TellAsync").With($"{count}").SendAsync(cancellationToken);
                Assert.NotNull(reply.BeginResult());
            }
            finally
            {
                _ = Interlocked.Increment(ref ended);
            }
        };
        byte[][] frames =
        [
            Frame(FrameKind.AskedItems, 1, Item("one"), Item("two")),
            Frame(FrameKind.Answer, 1, [0]),
            Frame(FrameKind.Answer, 2, [0]),
        ];
        int bytes = frames.Sum(static frame => frame.Length);

        for (int cut = 0; cut < bytes; cut++)
        {
            using (ScriptedPeer peer = await server.GreetAsync())
            {
                peer.Say(FrameKind.Request, 1, TestServer.Request());
                int left = cut;
                foreach (byte[] frame in frames)
                {
                    if (frame != frames[1])
                    {
                        _ = await peer.HearAsync(FrameKind.Ask);
                    }

                    int part = Math.Min(left, frame.Length);
                    peer.SayBytes(frame[..part]);
                    left -= part;
                    if (part < frame.Length)
                    {
                        break;
                    }
                }
            }

            Patience.Until(() => Volatile.Read(ref ended) == cut + 1 && server.Daemon.Board.Current.State != DaemonState.Busy);
            Assert.Equal(cut + 1, server.Daemon.Board.Current.TasksFinished);
        }

        using ScriptedPeer honest = await server.GreetAsync();
        honest.Say(FrameKind.Request, 1, TestServer.Request(method: 2));
        _ = await honest.HearAsync(FrameKind.Result);
    }

    [Fact]
    public async Task Caller_whose_daemon_is_cut_off_at_any_byte_is_told_and_its_code_ends()
    {
        byte[][] frames =
        [
            Ask(1, argument: 0, credit: 1),
            Frame(FrameKind.Demand, 1, [0, 1, 0, 0]),
            Frame(FrameKind.Withdraw, 1),
        ];
        int bytes = frames.Sum(static frame => frame.Length);

        for (int cut = 0; cut < bytes; cut++)
        {
            using var scripted = new ScriptedDaemon();
            (SampleClient client, ScriptedPeer daemon) = await scripted.ConnectAsync(new DaemonClientOptions());
            int begun = 0;
            int ended = 0;
            Task<string> call = client.ImportAsync(null, Endless());
            _ = await daemon.HearAsync(FrameKind.Request);
            scripted.HasNoSuccessor();

            daemon.SayBytes(frames.SelectMany(static frame => frame).Take(cut).ToArray());
            daemon.Dispose();

            DaemonException told = await Assert.ThrowsAnyAsync<DaemonException>(() => call);
            Assert.True(told is DaemonDisconnectedException { MayHaveRun: true } or DaemonProtocolException, told.ToString());
            Patience.Until(() => Volatile.Read(ref begun) == Volatile.Read(ref ended));
            await client.DisposeAsync();

            async IAsyncEnumerable<string> Endless([EnumeratorCancellation] CancellationToken cancellationToken = default)
            {
                _ = Interlocked.Increment(ref begun);
                try
                {
                    while (true)
                    {
                        cancellationToken.ThrowIfCancellationRequested();
                        await Task.Yield();
                        yield return "word";
                    }
                }
                finally
                {
                    _ = Interlocked.Increment(ref ended);
                }
            }
        }
    }

    private static byte[] Ask(uint number, ushort argument, uint credit) =>
        new Ask(number, argument, CallChain.Append(null, new DaemonTaskId(1, 1)), credit).ToFrame().Finish(FrameKind.Ask, 1).Frame.ToArray();

    private static byte[] Frame(FrameKind kind, uint ask, params byte[][] rest)
    {
        FrameBuffer frame = AskNumber.Begin(ask);
        foreach (byte[] part in rest)
        {
            frame.Write(part);
        }

        return frame.Finish(kind, 1).Frame.ToArray();
    }

    private static byte[] Item(string text)
    {
        byte[] item = new byte[(2 * sizeof(int)) + (2 * text.Length)];
        BinaryPrimitives.WriteInt32LittleEndian(item, item.Length - sizeof(int));
        BinaryPrimitives.WriteInt32LittleEndian(item.AsSpan(sizeof(int)), text.Length);
        _ = System.Text.Encoding.Unicode.GetBytes(text, item.AsSpan(2 * sizeof(int)));
        return item;
    }
}
