namespace DaemonRpc.Process.Tests.Surviving;

/// <summary>What a daemon keeps of the machine's memory: its own, not what it shares with other processes (RssAnon).</summary>
public sealed class MemoryTests : SandboxTests
{
    private const long Megabyte = 1024 * 1024;

    [Fact]
    public async Task Daemon_that_has_nothing_to_do_gives_back_what_a_large_request_took()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        Assert.Equal(1, await client.LengthAsync(new byte[1]).InTime());
        Assert.Single(await client.BytesAsync(1).InTime());
        long before = PrivateMemory(client.Daemon.ProcessId);

        Assert.Equal(64 * (int)Megabyte, await client.LengthAsync(new byte[64 * Megabyte]).InTime());
        Assert.Equal(64 * (int)Megabyte, (await client.BytesAsync(64 * (int)Megabyte).InTime()).Length);

        await UntilAsync(client.Daemon.ProcessId, before + (16 * Megabyte));
    }

    [Fact]
    public async Task Hundred_thousand_calls_leave_nothing_behind()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        for (int call = 0; call < 1000; call++)
        {
            _ = await client.AddAsync(1, 2).InTime();
        }

        long before = PrivateMemory(client.Daemon.ProcessId);
        for (int call = 0; call < 100_000; call++)
        {
            _ = await client.EchoAsync("text").InTime();
        }

        await UntilAsync(client.Daemon.ProcessId, before + (8 * Megabyte));
    }

    [Fact]
    public async Task Daemon_that_has_nothing_to_do_lets_go_of_its_programs_pages_and_has_them_again()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        Assert.Equal(3, await client.AddAsync(1, 2).InTime());
        long before = Memory(client.Daemon.ProcessId, "RssFile");
        using var limit = new CancellationTokenSource(Limits.Generous);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while (Memory(client.Daemon.ProcessId, "RssFile") is var now && now > before - (4 * Megabyte))
        {
            Assert.True(await timer.WaitForNextTickAsync(limit.Token), $"{now / Megabyte} of {before / Megabyte} MB are still there.");
        }

        Assert.Equal(7, await client.AddAsync(3, 4).InTime());
    }

    // Of the many calls the compiler keeps the code that it has compiled again by then.
    private static async Task UntilAsync(int processId, long most)
    {
        using var limit = new CancellationTokenSource(Limits.Generous);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while (PrivateMemory(processId) is var now && now > most)
        {
            Assert.True(await timer.WaitForNextTickAsync(limit.Token), $"{now / Megabyte} MB are still there.");
        }
    }

    private static long PrivateMemory(int processId) => Memory(processId, "RssAnon");

    private static long Memory(int processId, string what)
    {
        string line = File.ReadLines($"/proc/{processId}/status").Single(line => line.StartsWith(what + ":", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], System.Globalization.CultureInfo.InvariantCulture) * 1024;
    }
}
