using CodeSearch.Tests.Infrastructure;
using DaemonRpc;

namespace CodeSearch.Tests.Cli;

/// <summary>The commands about the daemon, while it is at work.</summary>
public sealed class DaemonCommandTests
{
    // It backtracks, since the look ahead keeps it from the engine that does not: some milliseconds for each line below.
    private const string Slow = "(?=a)(a|aa)+$";

    [Fact]
    public async Task Without_a_daemon_every_command_says_so_and_starts_none()
    {
        await using ToolWorld world = new();

        Assert.Equal(new ToolResult(1, $"No daemon runs for {world.Tree.Root}.\n", ""), await world.RunAsync("status"));
        Assert.Equal(new ToolResult(1, $"No daemon runs for {world.Tree.Root}.\n", ""), await world.RunAsync("watch"));
        Assert.Equal(new ToolResult(1, $"Nothing runs for {world.Tree.Root}.\n", ""), await world.RunAsync("cancel"));
        Assert.Equal(new ToolResult(0, $"No daemon runs for {world.Tree.Root}.\n", ""), await world.RunAsync("stop"));
        Assert.Null(await world.FindDaemonAsync());
    }

    [Fact]
    public async Task Index_says_what_it_holds_and_status_shows_the_daemon()
    {
        await using ToolWorld world = new();
        world.Tree.Write("a", "text\n").Write("b", "\0"u8);

        ToolResult index = await world.RunAsync("index");
        ToolResult status = await world.RunAsync("status");

        Assert.StartsWith("1 files, 0.0 MB; 1 binary files left out; 2 read, 0 removed", index.Output, StringComparison.Ordinal);
        Assert.Contains($"directory  {world.Tree.Root}\n", status.Output, StringComparison.Ordinal);
        Assert.Contains("tasks      1 finished\nstate      Ready\n", status.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stop_ends_the_daemon_and_a_watch_of_it()
    {
        await using ToolWorld world = new();
        await world.RunAsync("index");
        using ToolRun watch = world.Start("watch");
        await watch.FirstOutputAsync();

        ToolResult stop = await world.RunAsync("stop");
        ToolResult watched = await watch.EndAsync();

        Assert.Equal(0, stop.ExitCode);
        Assert.Null(await world.FindDaemonAsync());
        Assert.Equal(0, watched.ExitCode);
        Assert.EndsWith("The daemon has left.\n", watched.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Second_client_is_told_what_runs_and_for_whom()
    {
        await using ToolWorld world = new();
        using ToolRun first = await StartLongSearchAsync(world);

        ToolResult second = await world.RunAsync("search", "-q", "needle");

        Assert.Equal(75, second.ExitCode);
        Assert.Matches(
            $@"^codesearch: The daemon is busy: SearchAsync for process {first.ProcessId} since \d\d:\d\d:\d\d, now '.+'\. Wait for it with --wait, or end it with 'codesearch cancel \.'\.\n$",
            second.Errors);
        await world.RunAsync("cancel");
    }

    [Fact]
    public async Task Interrupt_cancels_the_task_and_leaves_the_daemon()
    {
        await using ToolWorld world = new();
        using ToolRun search = await StartLongSearchAsync(world);
        int daemon = (await world.FindDaemonAsync())!.ProcessId;

        search.Interrupt();
        ToolResult result = await search.EndAsync();

        Assert.Equal(130, result.ExitCode);
        Assert.EndsWith("codesearch: Cancelled. The daemon keeps running.\n", result.Errors, StringComparison.Ordinal);
        Assert.Equal(daemon, (await world.FindDaemonAsync())!.ProcessId);
        Assert.Equal("needle:1:needle\n", (await world.RunAsync("search", "-q", "needle")).Output);
    }

    [Fact]
    public async Task Cancel_ends_the_search_of_another_client_which_is_told()
    {
        await using ToolWorld world = new();
        using ToolRun search = await StartLongSearchAsync(world);

        ToolResult cancel = await world.RunAsync("cancel");
        ToolResult result = await search.EndAsync();

        Assert.Equal(new ToolResult(0, "Cancelled.\n", ""), cancel);
        Assert.Equal(130, result.ExitCode);
        Assert.Matches(@"codesearch: Cancelled by process \d+\. The daemon keeps running\.\n$", result.Errors);
    }

    [Fact]
    public async Task Search_whose_reader_leaves_ends_quietly_and_is_cancelled()
    {
        await using ToolWorld world = new();
        world.Tree.Write("a", "aaaa\n");
        for (int file = 0; file < 5000; file++)
        {
            world.Tree.Write($"slow/{file}", string.Concat(Enumerable.Repeat("aaaaaaaaaaaaaaaaaaab\n", 10)));
        }

        await world.RunAsync("index");

        // Nobody reads already when the first hit is printed, and the daemon searches on.
        using ToolRun search = world.StartUnread("search", "-q", Slow);
        ToolResult result = await search.EndAsync();

        Assert.Equal(new ToolResult(141, "", ""), result);
        _ = await world.StatusAsync(status => status.State == DaemonState.Ready);
    }

    [Fact]
    public async Task Client_that_waits_gets_its_turn()
    {
        await using ToolWorld world = new();
        using ToolRun first = await StartLongSearchAsync(world);
        using ToolRun second = world.Start("search", "--wait", "needle");

        first.Interrupt();
        ToolResult result = await second.EndAsync();

        Assert.Equal("needle:1:needle\n", result.Output);
    }

    [Fact]
    public async Task Client_that_waits_searches_between_the_files_of_a_long_search_which_then_goes_on()
    {
        await using ToolWorld world = new();
        for (int file = 0; file < 5000; file++)
        {
            world.Tree.Write($"slow/{file}", string.Concat(Enumerable.Repeat("aaaaaaaaaaaaaaaaaab\n", 5)) + "aaaa\n");
        }

        world.Tree.Write("needle", "needle\n");
        await world.RunAsync("index");
        using ToolRun first = world.Start("search", "-q", Slow);
        await first.FirstOutputAsync();

        // It changes the index as well.
        world.Tree.Write("new", "needle\n");
        ToolResult second = await world.RunAsync("search", "-q", "--wait", "needle");

        Assert.Equal("needle:1:needle\nnew:1:needle\n", second.Output);
        DaemonStatus status = await world.StatusAsync(status => status.Message?.StartsWith("Searching", StringComparison.Ordinal) == true);
        Assert.Equal(first.ProcessId, status.Task?.ClientProcessId);
        await world.RunAsync("cancel");
        Assert.Equal(130, (await first.EndAsync()).ExitCode);
    }

    [Fact]
    public async Task Killed_client_frees_the_daemon()
    {
        await using ToolWorld world = new();
        using ToolRun search = await StartLongSearchAsync(world);

        search.Kill();
        await world.StatusAsync(status => status.State != DaemonState.Busy);

        Assert.Equal(0, (await world.RunAsync("search", "-q", "needle")).ExitCode);
    }

    // Many lines that take long, but less than the limit for a line: only a cancellation ends the search soon.
    private static async Task<ToolRun> StartLongSearchAsync(ToolWorld world)
    {
        world.Tree.Write("needle", "needle\n");
        world.Tree.Write("slow", string.Concat(Enumerable.Repeat("aaaaaaaaaaaaaaaaaab\n", 100_000)));
        await world.RunAsync("index");
        ToolRun search = world.Start("search", "-q", Slow);
        await world.StatusAsync(status => status.Message?.StartsWith("Searching", StringComparison.Ordinal) == true);
        return search;
    }
}
