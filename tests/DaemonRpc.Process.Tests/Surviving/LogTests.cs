namespace DaemonRpc.Process.Tests.Surviving;

public sealed class LogTests : SandboxTests
{
    private const int LineLength = 100;

    // What the documentation promises: a log that is larger is emptied.
    private const int Limit = 4 * 1024 * 1024;

    [Fact]
    public async Task Log_that_grows_is_kept_beside_and_loses_no_line_that_the_program_printed()
    {
        const int Lines = (Limit / LineLength) + 10_000;
        TestServiceClient client = await Sandbox.ConnectAsync();
        string log = client.Daemon.LogPath!;

        await client.PrintAsync(0, Lines).InTime();

        // Told by the daemon's own logger, at the beginning of the emptied log or behind what was printed since.
        await FileChange.UntilAsync(Sandbox.RuntimeDirectory, () => File.Exists(log + ".1") && Sandbox.Log.Any(line => line.Contains("and was emptied; what it held is in ", StringComparison.Ordinal)));
        Assert.True(new FileInfo(log + ".1").Length > Limit);
        Assert.True(new FileInfo(log).Length < Limit);
        IReadOnlyList<string> lines = Sandbox.Log;
        Assert.Contains(" serves at ", lines[0], StringComparison.Ordinal);
        Assert.Equal(Enumerable.Range(0, Lines), lines.Where(line => line.EndsWith("....", StringComparison.Ordinal)).Select(line => int.Parse(line[..8], System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task Message_of_the_handler_is_in_the_log_before_the_call_ends()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();

        await client.LogAsync("größer").InTime();

        string line = Assert.Single(Sandbox.Log, line => line.Contains("größer", StringComparison.Ordinal));
        Assert.EndsWith("Z Warning: größer has 6 characters", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Flood_of_output_ends_in_a_bounded_log()
    {
        const int Lines = 10 * Limit / LineLength;
        TestServiceClient client = await Sandbox.ConnectAsync();
        string log = client.Daemon.LogPath!;

        await client.PrintAsync(0, Lines).InTime();
        await client.PrintAsync(Lines, Lines).InTime();

        await FileChange.UntilAsync(Sandbox.RuntimeDirectory, () => new FileInfo(log).Length <= Limit);
        Assert.InRange(new FileInfo(log + ".1").Length, 1, 4L * Limit);
        Assert.Contains(Sandbox.Log, line => line.StartsWith($"{(2 * Lines) - 1:00000000} ", StringComparison.Ordinal));
        Assert.Equal(3, await client.AddAsync(1, 2).InTime());
    }

    [Fact]
    public async Task Log_whose_old_part_cannot_be_kept_is_emptied_all_the_same()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        string log = client.Daemon.LogPath!;
        _ = Directory.CreateDirectory(log + ".1");

        await client.PrintAsync(0, (Limit / LineLength) + 1).InTime();

        await FileChange.UntilAsync(Sandbox.RuntimeDirectory, () => new FileInfo(log).Length <= Limit
            && Sandbox.Log.Any(line => line.Contains("could not be kept whole", StringComparison.Ordinal)));
        Assert.Equal(3, await client.AddAsync(1, 2).InTime());
    }
}
