using System.Buffers;
using System.Runtime.CompilerServices;
using DaemonRpc.Calls;
using DaemonRpc.CodeGen;
using DaemonRpc.Framing;
using DaemonRpc.Protocol;
using DaemonRpc.Session;
using DaemonRpc.Tasks;

namespace DaemonRpc.Runtime.Tests.Calls;

/// <summary>What a review of asks, callbacks and giving way has found.</summary>
public sealed class ReviewTests
{
    [Fact]
    public async Task Long_stream_of_the_caller_uses_up_no_credit_for_good()
    {
        const int Count = 40_000;
        var handler = new Sample
        {
            Import = static async (pieces, _, cancellationToken) =>
            {
                int count = 0;
                await foreach (byte[] piece in pieces!.WithCancellation(cancellationToken))
                {
                    count += piece.Length > 0 ? 1 : 0;
                }

                return $"{count}";
            },
        };
        await using var client = SampleClient.InProcess(handler);
        byte[] piece = new byte[9000];

        Assert.Equal($"{Count}", await client.ImportAsync(Pieces()));

        async IAsyncEnumerable<byte[]> Pieces([EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            for (int number = 0; number < Count; number++)
            {
                if (number % 1000 == 0)
                {
                    await Task.Yield();
                }

                yield return piece;
            }
        }
    }

    [Fact]
    public async Task Caller_that_left_before_the_task_asked_is_not_awaited()
    {
        using TestServer server = Continuing();
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var told = new TaskCompletionSource<Exception?>(TaskCreationOptions.RunContinuationsAsynchronously);
        server.Handler.Run = async (_, reply, _) =>
        {
            await gone.Task;
            told.SetResult(await Record.ExceptionAsync(() => new CallbackChannel(reply, 0).Request(5, "ConfirmAsync").SendAsync(CancellationToken.None)));
        };
        ScriptedPeer peer = await server.GreetAsync();
        peer.Say(FrameKind.Request, 1, TestServer.Request());
        Patience.Until(() => server.Daemon.Board.Current.Task is not null);

        peer.Dispose();
        await Patience.PassAsync(TimeSpan.FromMilliseconds(100));
        gone.SetResult();

        _ = Assert.IsType<IOException>(await told.Task.Soon());
    }

    [Fact]
    public async Task Answer_that_cannot_be_read_is_not_taken_for_one()
    {
        using TestServer server = Continuing();
        var told = new TaskCompletionSource<Exception?>(TaskCreationOptions.RunContinuationsAsynchronously);
        server.Handler.Run = async (_, reply, _) =>
            told.SetResult(await Record.ExceptionAsync(() => new CallbackChannel(reply, 0).Request(5, "ConfirmAsync").SendAsync(CancellationToken.None)));
        using ScriptedPeer peer = await server.GreetAsync();
        peer.Say(FrameKind.Request, 1, TestServer.Request());
        _ = await peer.HearAsync(FrameKind.Ask);

        peer.Say(FrameKind.Answer, 1, static output => output.Write(new byte[] { 1, 0, 0, 0, 7 }));

        _ = Assert.IsType<IOException>(await told.Task.Soon());
    }

    [Fact]
    public async Task Task_whose_caller_has_gone_awaits_no_answer()
    {
        using TestServer server = Continuing();
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        server.Handler.Run = async (method, reply, cancellationToken) =>
        {
            _ = await Record.ExceptionAsync(() => new CallbackChannel(reply, 0).Request(5, "ConfirmAsync").SendAsync(CancellationToken.None));
            told.SetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
        };
        ScriptedPeer peer = await server.GreetAsync();
        peer.Say(FrameKind.Request, 1, TestServer.Request());
        _ = await peer.HearAsync(FrameKind.Ask);
        Assert.Equal("ConfirmAsync", server.Daemon.Board.Current.Task?.AwaitedAnswer);

        peer.Dispose();
        await told.Task.Soon();

        DaemonStatus status = server.Daemon.Board.Current;
        Assert.NotNull(status.Task);
        Assert.Null(status.Task.AwaitedAnswer);
    }

    [Fact]
    public void Daemon_that_uses_the_number_of_an_ask_twice_breaks_the_protocol()
    {
        var call = new StreamCall(isStream: false);
        var answers = new CallAnswers(null!, call, "RunAsync", [new Never()]);
        byte[] ask = Ask(7);
        _ = answers.OnPart(FrameKind.Ask, ask, null);

        _ = Assert.Throws<DaemonProtocolException>(() => { _ = answers.OnPart(FrameKind.Ask, ask, null); });
    }

    [Fact]
    public async Task Callers_code_that_no_context_flows_to_cannot_wait_for_itself_either()
    {
        var handler = new Sample { Ask = static async (questions, _, cancellationToken) => await questions.AskAsync("?", cancellationToken) };
        await using var client = SampleClient.InProcess(handler);
        using var cancel = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        Task<string> call;
        using (ExecutionContext.SuppressFlow())
        {
            call = client.AskAsync(new Questions { OnAsk = async (question, _) => await client.EchoAsync(question, cancel.Token) }, null, cancel.Token);
        }

        _ = await Assert.ThrowsAsync<DaemonReentrancyException>(() => call);
    }

    [Fact]
    public async Task Report_is_not_kept_while_its_task_has_given_way()
    {
        using var server = new TestServer();
        var kept = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        server.Handler.Run = async (method, reply, cancellationToken) =>
        {
            if (method == 1)
            {
                ItemBatch reports = reply.BeginReports();
                await Patience.InThread(() => Patience.Until(() => server.Daemon.Board.Current.Waiting == 1));
                while (!reports.HasItems)
                {
                    reports.AddReport([1], () => cancellationToken);
                }

                Task yielding = server.Daemon.Yield.YieldAsync(cancellationToken).AsTask();
                kept.SetResult(reports.HasItems);
                await yielding;
            }
        };
        using ScriptedPeer owner = await server.GreetAsync();
        owner.Say(FrameKind.Request, 1, TestServer.Request());
        Patience.Until(() => server.Daemon.Board.Current.Task is not null);
        using ScriptedPeer other = await server.GreetAsync(busyWait: -1);
        other.Say(FrameKind.Request, 1, TestServer.Request(2));

        Assert.False(await kept.Task.Soon());
    }

    [Fact]
    public async Task Failure_with_a_long_text_fits_into_the_smallest_frames()
    {
        await using var daemon = new ForegroundDaemon(new DaemonOptions { MaxFrameBytes = 64 * 1024 });
        daemon.Handler.Ask = static async (questions, _, cancellationToken) => await questions.AskAsync("?", cancellationToken);
        await using SampleClient client = await daemon.ConnectAsync();
        var failure = new InvalidOperationException(new string('ä', 60_000));

        Assert.Same(failure, await Assert.ThrowsAsync<InvalidOperationException>(() => client.AskAsync(new Questions { OnAsk = (_, _) => throw failure })));
    }

    [Fact]
    public async Task All_streams_hear_of_the_calls_end_before_any_is_awaited()
    {
        var both = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var handler = new Sample
        {
            Import = async (pieces, words, _) =>
            {
                Assert.True(await pieces!.GetAsyncEnumerator(CancellationToken.None).MoveNextAsync());
                Assert.True(await words!.GetAsyncEnumerator(CancellationToken.None).MoveNextAsync());
                await both.Task;
                return "";
            },
        };
        await using var client = SampleClient.InProcess(handler);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        _ = await client.ImportAsync(Pieces(), Words());

        async IAsyncEnumerable<byte[]> Pieces()
        {
            try
            {
                while (true)
                {
                    yield return new byte[9000];
                }
            }
            finally
            {
                await ended.Task;
            }
        }

        async IAsyncEnumerable<string> Words([EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            yield return "word";
            both.SetResult();
            try
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }
            finally
            {
                ended.SetResult();
            }
        }
    }

    private static TestServer Continuing() => new(new DaemonOptions { DisconnectBehavior = DisconnectBehavior.ContinueTask, IdleTimeout = Timeout.InfiniteTimeSpan });

    private static byte[] Ask(uint number)
    {
        FrameBuffer frame = new Ask(number, 0, CallChain.Append(null, new DaemonTaskId(1, 1)), 1).ToFrame();
        byte[] bytes = frame.Payload.ToArray();
        frame.Return();
        return bytes;
    }

    private sealed class Never() : AskedArgument(0)
    {
        public override bool IsCallback => true;

        public override OpenAnswer Begin(ClientSession session, uint callId, string method, in AskedThing asked) => new NoAnswer(asked.Ask.Number);

        private sealed class NoAnswer(uint ask) : OpenAnswer(ask)
        {
            public override void AddCredit(int bytes)
            {
            }

            public override Task EndAsync() => Task.CompletedTask;

            protected override Task AnswerAsync(FrameBuffer answer) => Task.CompletedTask;
        }
    }

    // Of 44 items that fit into the credit, the last one waits in its frame for others, while the next one is read.
}
