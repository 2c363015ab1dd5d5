using System.Runtime.CompilerServices;

namespace DaemonRpc.Runtime.Tests.Server;

/// <summary>Giving way as a handler's author sees it: through the context, over a real socket and in process.</summary>
public sealed class YieldContextTests
{
    [Fact]
    public async Task Handler_in_process_gives_way_inside_its_calls_and_nowhere_else()
    {
        var handler = new Sample();
        handler.Echo = async (text, cancellationToken) =>
        {
            await handler.Context!.YieldAsync(cancellationToken);
            return text;
        };
        await using var client = SampleClient.InProcess(handler);

        Assert.Equal("hello", await client.EchoAsync("hello"));
        _ = Assert.Throws<InvalidOperationException>(() => { _ = handler.Context!.YieldAsync().AsTask(); });
    }

    [Fact]
    public async Task Calls_of_another_client_pass_a_task_and_a_stream_of_a_daemon_in_the_foreground()
    {
        await using var daemon = new ForegroundDaemon();
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        int passed = 0;
        daemon.Handler.Echo = (text, _) =>
        {
            passed++;
            return Task.FromResult(text);
        };
        daemon.Handler.Work = async (_, _, cancellationToken) =>
        {
            begun.SetResult();
            while (passed < 2)
            {
                await daemon.Handler.Context!.YieldAsync(cancellationToken);
            }

            return [(byte)passed];
        };
        daemon.Handler.Stream = Numbers;
        await using SampleClient owner = await daemon.ConnectAsync();
        await using SampleClient other = await daemon.ConnectAsync(new DaemonClientOptions { BusyTimeout = Timeout.InfiniteTimeSpan });

        Task<byte[]> working = owner.WorkAsync(null);
        await begun.Task.Soon();
        Assert.Equal("first", await other.EchoAsync("first"));
        Assert.Equal("second", await other.EchoAsync("second"));
        Assert.Equal([2], await working);

        var items = new List<byte>();
        await foreach (byte[] item in owner.StreamAsync(5, TestContext.Current.CancellationToken))
        {
            items.AddRange(item);
            _ = items.Count == 1 ? await other.EchoAsync("third") : "";
        }

        Assert.Equal([2, 3, 3, 3, 3], items);

        async IAsyncEnumerable<byte[]> Numbers(int count, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            for (int number = 0; number < count; number++)
            {
                yield return [(byte)passed];
                while (passed < 3)
                {
                    await daemon.Handler.Context!.YieldAsync(cancellationToken);
                }
            }
        }
    }
}
