using System.Diagnostics;
using System.Runtime.InteropServices;

namespace DaemonRpc.Benchmarks.Tool;

/// <summary>The handler.</summary>
internal sealed partial class Workshop(DaemonContext context) : IWorkshop
{
    private const int ThreadProcessorTime = 3;

    private static readonly byte[] s_piece = new byte[MeasuredClient.PieceSize];

    public ValueTask<int> AddAsync(int left, int right) => new(left + right);

    public Task<byte[]> EchoAsync(byte[] payload) => Task.FromResult(payload);

    public IAsyncEnumerable<int> SendItemsAsync(int count) => Enumerable.Range(0, count).ToAsyncEnumerable();

    public IAsyncEnumerable<byte[]> SendBytesAsync(int count) => Enumerable.Repeat(s_piece, count / s_piece.Length).ToAsyncEnumerable();

    public Task<Stream> OpenBytesAsync(int count) => Task.FromResult<Stream>(new MadeBytes(count));

    public Task<Stream> OpenFileAsync() => Task.FromResult<Stream>(File.OpenRead("/dev/null"));

    public Task<int> CountBytesAsync(Stream source) => MadeBytes.CountAsync(source);

    public Task TakeBytesAsync(byte[] piece) => Task.CompletedTask;

    public async ValueTask<int> ConverseAsync(int count, IProgress<int>? progress, IAsyncEnumerable<int>? items, IQuestion? question)
    {
        int used = 0;
        for (; progress is not null && used < count; used++)
        {
            progress.Report(used);
        }

        for (; question is not null && used < count; used++)
        {
            _ = await question.AnswerAsync(used);
        }

        return items is null || count == 0 ? used : await TakeItemsAsync(items);
    }

    public async Task<int> TakeItemsAsync(IAsyncEnumerable<int> items)
    {
        int count = 0;
        await foreach (int _ in items)
        {
            count++;
        }

        return count;
    }

    public Task<(long Elapsed, long Processor)> WorkAsync(int rounds)
    {
        long processor = ReadProcessorTime();
        long begun = Stopwatch.GetTimestamp();
        uint state = 1;
        for (int round = 0; round < rounds; round++)
        {
            context.Status.Report("Working", (double)round / rounds);
            for (int step = 0; step < 1_000_000; step++)
            {
                state ^= state << 13;
                state ^= state >> 17;
                state ^= state << 5;
            }
        }

        GC.KeepAlive(state);
        return Task.FromResult(((long)Stopwatch.GetElapsedTime(begun).TotalNanoseconds, ReadProcessorTime() - processor));
    }

    public Task HoldAsync(CancellationToken cancellationToken) => Task.Delay(Timeout.Infinite, cancellationToken);

    public Task SpinAsync()
    {
        while (true)
        {
            Thread.SpinWait(1_000);
        }
    }

    public ValueTask<long> CountAllocatedBytesAsync() => new(GC.GetTotalAllocatedBytes(precise: true));

    /// <summary>Of the calling thread, in nanoseconds.</summary>
    private static unsafe long ReadProcessorTime()
    {
        nint* time = stackalloc nint[2];
        _ = GetTime(ThreadProcessorTime, time);
        return (time[0] * 1_000_000_000) + time[1];
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static unsafe partial int GetTime(int clock, nint* time);
}
