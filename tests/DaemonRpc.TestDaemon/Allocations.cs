using System.Globalization;

namespace DaemonRpc.TestDaemon;

/// <summary>A client that counts what its process allocates for warm calls, on all threads.</summary>
internal static class Allocations
{
    private const int Calls = 1_000;

    // Compiling goes on beside the first thousands of calls, and allocates now and then.
    private const int Rounds = 10;

    /// <summary>Writes for each kind of call how many bytes a thousand calls took in the round that took the fewest.</summary>
    public static async Task CountAsync(ITestService service)
    {
        using var shared = new CancellationTokenSource();
        await CountAsync("value", () => new CancellationToken[Calls], tokens => SumAsync(service, tokens));
        await CountAsync("shared token", () => [.. Enumerable.Repeat(shared.Token, Calls)], tokens => SumAsync(service, tokens));
        await CountAsync("own tokens", () => [.. Enumerable.Range(0, Calls).Select(static _ => new CancellationTokenSource().Token)], tokens => SumAsync(service, tokens));
        await CountAsync("task", () => new CancellationToken[Calls], tokens => AddAsync(service, tokens));
    }

    private static async Task CountAsync(string kind, Func<CancellationToken[]> makeTokens, Func<CancellationToken[], Task> callAsync)
    {
        long least = long.MaxValue;
        for (int round = 0; round < Rounds; round++)
        {
            CancellationToken[] tokens = makeTokens();
            long before = GC.GetTotalAllocatedBytes(precise: true);
            await callAsync(tokens);
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{kind}: {least}"));
    }

    private static async Task SumAsync(ITestService service, CancellationToken[] tokens)
    {
        foreach (CancellationToken token in tokens)
        {
            _ = await service.SumAsync(1, 2, token);
        }
    }

    private static async Task AddAsync(ITestService service, CancellationToken[] tokens)
    {
        foreach (CancellationToken token in tokens)
        {
            _ = await service.AddAsync(1, 2, token);
        }
    }
}
