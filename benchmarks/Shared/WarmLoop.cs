using System.Diagnostics;
using System.Globalization;

namespace DaemonRpc.Benchmarks;

/// <summary>Does what the driver asks for, line by line: a workload, how often, how large. Answers each with one line.</summary>
internal static class WarmLoop
{
    private static byte[] s_payload = [];

    public static async Task RunAsync(MeasuredClient client)
    {
        while (Console.In.ReadLine() is { Length: > 0 } line)
        {
            string[] words = line.Split(' ');
            Console.Out.WriteLine(words is [_, var calls, var size] && Find(client, words[0]) is { } workload
                ? (await RunAsync(client, workload, Parse(calls), Parse(size))).ToString()
                : await client.AnswerAsync(words));
        }
    }

    private delegate ValueTask Workload(Round round, int size);

    private static Workload? Find(MeasuredClient client, string name) => name switch
    {
        "add" => (round, _) => AddAsync(client, round),
        "echo" => (round, size) => EchoAsync(client, round, size),
        "receive-items" => Repeated(client.ReceiveItemsAsync),
        "send-items" => Repeated(client.SendItemsAsync),
        "receive-bytes" => Repeated(client.ReceiveBytesAsync),
        "send-bytes" => Repeated(client.SendBytesAsync),
        "receive-stream" => Repeated(client.ReceiveStreamAsync),
        "send-stream" => Repeated(client.SendStreamAsync),
        "connect" => Repeated(_ => client.ConnectAndAddAsync()),
        _ => null,
    };

    private static async Task<Round> RunAsync(MeasuredClient client, Workload workload, int calls, int size)
    {
        var round = new Round(calls);
        long daemonBefore = await client.CountAllocatedBytesAsync();
        long before = GC.GetTotalAllocatedBytes(precise: true);
        await workload(round, size);
        round.ClientBytes = GC.GetTotalAllocatedBytes(precise: true) - before;
        round.DaemonBytes = daemonBefore < 0 ? -1 : await client.CountAllocatedBytesAsync() - daemonBefore;
        return round;
    }

    // These two have loops of their own, so that nothing stands between the clock and the call.
    private static async ValueTask AddAsync(MeasuredClient client, Round round)
    {
        for (int call = 0; call < round.Calls; call++)
        {
            long begun = Stopwatch.GetTimestamp();
            _ = await client.AddAsync(call, 1);
            round.Add(begun);
        }
    }

    private static async ValueTask EchoAsync(MeasuredClient client, Round round, int size)
    {
        byte[] payload = PayloadOf(size);
        for (int call = 0; call < round.Calls; call++)
        {
            long begun = Stopwatch.GetTimestamp();
            byte[] echo = await client.EchoAsync(payload);
            round.Add(begun);
            if (echo.Length != size)
            {
                throw new InvalidDataException($"{echo.Length} bytes came back of {size}.");
            }
        }
    }

    /// <summary>Made once for each size, so that later rounds allocate nothing for it.</summary>
    private static byte[] PayloadOf(int size)
    {
        if (s_payload.Length != size)
        {
            s_payload = new byte[size];
            Random.Shared.NextBytes(s_payload);
        }

        return s_payload;
    }

    private static Workload Repeated(Func<int, ValueTask> run) => async (round, size) =>
    {
        for (int call = 0; call < round.Calls; call++)
        {
            long begun = Stopwatch.GetTimestamp();
            await run(size);
            round.Add(begun);
        }
    };

    private static int Parse(string number) => int.Parse(number, CultureInfo.InvariantCulture);
}
