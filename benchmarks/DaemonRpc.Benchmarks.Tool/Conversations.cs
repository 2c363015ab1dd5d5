using System.Diagnostics;
using System.Globalization;

namespace DaemonRpc.Benchmarks.Tool;

/// <summary>What the handler asks its caller.</summary>
[DaemonCallback]
public interface IQuestion
{
    ValueTask<int> AnswerAsync(int number);
}

/// <summary>Makes calls whose caller is told and asked while they run.</summary>
internal sealed class Conversations : IProgress<int>, IQuestion
{
    private int _told;

    public void Report(int value) => _told++;

    public ValueTask<int> AnswerAsync(int number) => new(number);

    /// <param name="workshop">The client.</param>
    /// <param name="shape">What is passed, and how often the handler uses it, such as <c>progress-1</c>.</param>
    /// <param name="calls">How many calls.</param>
    /// <returns>A round.</returns>
    public static async Task<string> MeasureAsync(WorkshopClient workshop, string shape, int calls)
    {
        var caller = new Conversations();
        string[] parts = shape.Split('-');
        int count = parts.Length == 2 && int.TryParse(parts[1], CultureInfo.InvariantCulture, out int number) ? number : 0;
        var round = new Round(calls);
        for (int call = 0; call < calls; call++)
        {
            long begun = Stopwatch.GetTimestamp();
            _ = parts[0] switch
            {
                "plain" => await workshop.AddAsync(1, 2),
                "progress" => await workshop.ConverseAsync(count, progress: caller),
                "stream" => await workshop.ConverseAsync(count, items: AsyncEnumerable.Range(0, count)),
                "file" => await CountFileAsync(workshop),
                "bytes" => await workshop.CountBytesAsync(new MadeBytes(count)),
                "opened" => await CountOpenedAsync(await (parts[1] == "file" ? workshop.OpenFileAsync() : workshop.OpenBytesAsync(count))),
                "callback" => await workshop.ConverseAsync(count, question: caller),
                _ => await workshop.ConverseAsync(0),
            };
            round.Add(begun);
        }

        return caller._told >= 0 ? round.ToString() : "";
    }

    private static async Task<int> CountFileAsync(WorkshopClient workshop)
    {
        await using FileStream file = File.OpenRead("/dev/null");
        return await workshop.CountBytesAsync(file);
    }

    private static async Task<int> CountOpenedAsync(Stream opened)
    {
        await using (opened)
        {
            return await MadeBytes.CountAsync(opened);
        }
    }
}
