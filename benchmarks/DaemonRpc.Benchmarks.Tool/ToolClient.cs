using System.Globalization;

namespace DaemonRpc.Benchmarks.Tool;

/// <summary>The generated client, asked as the others are, and for what only a daemon of ours has.</summary>
internal sealed class ToolClient(CalculatorClient calculator) : MeasuredClient
{
    private const int LargePiece = 1_000_000;

    private readonly byte[] _piece = new byte[LargePiece];
    private readonly Watchers _watchers = new();

    public override ValueTask<int> AddAsync(int left, int right) => calculator.AddAsync(left, right);

    public override async ValueTask<byte[]> EchoAsync(byte[] payload) => await calculator.EchoAsync(payload);

    public override async ValueTask ReceiveItemsAsync(int count)
    {
        await foreach (int _ in calculator.SendItemsAsync(count))
        {
            count--;
        }

        Check(count);
    }

    public override ValueTask SendItemsAsync(int count) => throw new NotSupportedException("A contract takes no streams.");

    public override async ValueTask ReceiveBytesAsync(int count)
    {
        await foreach (byte[] piece in calculator.SendBytesAsync(count))
        {
            count -= piece.Length;
        }

        Check(count);
    }

    /// <summary>By one call for each piece: a contract takes no streams.</summary>
    public override async ValueTask SendBytesAsync(int count)
    {
        for (int sent = 0; sent < count; sent += LargePiece)
        {
            await calculator.TakeBytesAsync(_piece);
        }
    }

    public override async ValueTask ConnectAndAddAsync()
    {
        await using CalculatorClient client = await CalculatorClient.ConnectAsync();
        _ = await client.AddAsync(1, 2);
    }

    public override ValueTask<long> CountAllocatedBytesAsync() => calculator.CountAllocatedBytesAsync();

    public override async Task<string> AnswerAsync(string[] question)
    {
        switch (question)
        {
            case ["watch", var count]:
                await _watchers.AddAsync(Parse(count));
                return "watching";
            case ["work", var rounds]:
                (long elapsed, long processor) = await calculator.WorkAsync(Parse(rounds));
                return string.Create(CultureInfo.InvariantCulture, $"{elapsed} {processor}");
            case ["hand-over", var cancels]:
                return await HandOvers.MeasureAsync(calculator, Parse(cancels));
            case ["wait-in-line", var callers]:
                return await Crowd.WaitInLineAsync(calculator, Parse(callers));
            case ["be-rejected", var calls]:
                return await Crowd.BeRejectedAsync(calculator, Parse(calls));
            default:
                return await base.AnswerAsync(question);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await _watchers.DisposeAsync();
        await calculator.DisposeAsync();
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
