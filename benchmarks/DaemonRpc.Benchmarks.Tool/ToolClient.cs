using System.Globalization;

namespace DaemonRpc.Benchmarks.Tool;

/// <summary>The generated client, asked as the others are, and for what only a daemon of ours has.</summary>
internal sealed class ToolClient(CalculatorClient calculator) : MeasuredClient
{
    private readonly byte[] _piece = new byte[LargePieceSize];
    private readonly Watchers _watchers = new();
    private WorkshopClient? _workshop;

    public override ValueTask<int> AddAsync(int left, int right) => calculator.AddAsync(left, right);

    public override async ValueTask<byte[]> EchoAsync(byte[] payload) => await (_workshop ?? await ConnectAsync()).EchoAsync(payload);

    public override async ValueTask ReceiveItemsAsync(int count)
    {
        await foreach (int _ in (_workshop ?? await ConnectAsync()).SendItemsAsync(count))
        {
            count--;
        }

        Check(count);
    }

    public override async ValueTask SendItemsAsync(int count) =>
        Check(count - await (_workshop ?? await ConnectAsync()).TakeItemsAsync(AsyncEnumerable.Range(0, count)));

    public override async ValueTask ReceiveBytesAsync(int count)
    {
        await foreach (byte[] piece in (_workshop ?? await ConnectAsync()).SendBytesAsync(count))
        {
            count -= piece.Length;
        }

        Check(count);
    }

    /// <summary>By one call for each piece.</summary>
    public override async ValueTask SendBytesAsync(int count)
    {
        for (int sent = 0; sent < count; sent += LargePieceSize)
        {
            await (_workshop ?? await ConnectAsync()).TakeBytesAsync(_piece);
        }
    }

    public override async ValueTask ReceiveStreamAsync(int count)
    {
        await using Stream source = await (_workshop ?? await ConnectAsync()).OpenBytesAsync(count);
        Check(count - await MadeBytes.CountAsync(source));
    }

    public override async ValueTask SendStreamAsync(int count)
    {
        await using var source = new MadeBytes(count);
        Check(count - await (_workshop ?? await ConnectAsync()).CountBytesAsync(source));
    }

    public override async ValueTask ConnectAndAddAsync()
    {
        await using CalculatorClient client = await CalculatorClient.ConnectAsync();
        _ = await client.AddAsync(1, 2);
    }

    /// <summary>Of both daemons, as far as they are used.</summary>
    public override async ValueTask<long> CountAllocatedBytesAsync() =>
        await calculator.CountAllocatedBytesAsync() + (_workshop is null ? 0 : await _workshop.CountAllocatedBytesAsync());

    public override async Task<string> AnswerAsync(string[] question)
    {
        switch (question)
        {
            case ["watch", var count]:
                await RepeatAsync(Parse(count), _watchers.WatchCalculatorAsync);
                return "watching";
            case ["watch-workshop", var count]:
                await RepeatAsync(Parse(count), _watchers.WatchWorkshopAsync);
                return "watching";
        }

        WorkshopClient workshop = _workshop ?? await ConnectAsync();
        switch (question)
        {
            case ["process"]:
                return workshop.Daemon.ProcessId.ToString(CultureInfo.InvariantCulture);
            case ["work", var rounds]:
                (long elapsed, long processor) = await workshop.WorkAsync(Parse(rounds));
                return string.Create(CultureInfo.InvariantCulture, $"{elapsed} {processor}");
            case ["shape", var shape, var calls]:
                return await Conversations.MeasureAsync(workshop, shape, Parse(calls));
            case ["hand-over", var cancels]:
                return await HandOvers.MeasureAsync(workshop, Parse(cancels));
            case ["wait-in-line", var callers]:
                return await Crowd.WaitInQueueAsync(workshop, Parse(callers));
            case ["be-rejected", var calls]:
                return await Crowd.BeRejectedAsync(workshop, Parse(calls));
            default:
                return await base.AnswerAsync(question);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await _watchers.DisposeAsync();
        if (_workshop is not null)
        {
            await _workshop.DisposeAsync();
        }

        await calculator.DisposeAsync();
    }

    private async Task<WorkshopClient> ConnectAsync() => _workshop = await WorkshopClient.ConnectAsync();

    private static async Task RepeatAsync(int count, Func<Task> run)
    {
        for (int number = 0; number < count; number++)
        {
            await run();
        }
    }

    private static void Check(int missing)
    {
        if (missing != 0)
        {
            throw new InvalidDataException($"{missing} are missing.");
        }
    }

    private static int Parse(string number) => int.Parse(number, CultureInfo.InvariantCulture);
}
