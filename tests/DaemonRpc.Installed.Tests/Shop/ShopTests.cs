namespace DaemonRpc.Installed.Tests.Shop;

/// <summary>What a stranger is promised, in a solution of its own: the package, the contract in a library with base interfaces in another, the tool and its tests in projects beside it.</summary>
public abstract class ShopTests(PublishedShop shop)
{
    /// <summary>Whether the programs have no compiler with them.</summary>
    protected abstract bool IsNative { get; }

    /// <summary>What the calls bring, before and after collections.</summary>
    protected static string[] Answers { get; } = [.. OneRound(1), .. OneRound(1)];

    [Fact]
    public void Calls_of_every_kind_bring_the_right_values_from_a_daemon() =>
        Assert.Equal(["Started, elsewhere: True", .. Answers], shop.RunChecks("calls"));

    [Fact]
    public void Calls_of_every_kind_bring_the_right_values_in_process_of_a_test_project_that_references_the_tool() =>
        Assert.Equal(Answers, shop.RunChecks("inprocess"));

    [Fact]
    public void Calls_of_every_kind_bring_the_right_values_in_process_from_a_handler_of_the_test_project() =>
        Assert.Equal([.. OneRound(100), .. OneRound(100)], shop.RunChecks("fake"));

    [Fact]
    public void Calls_of_every_kind_bring_the_right_values_in_process_of_a_tool_whose_contract_is_in_a_library() =>
        Assert.Equal(Answers, shop.RunTool("inprocess"));

    [Fact]
    public void Calls_of_every_kind_bring_the_right_values_from_the_tools_own_daemon() =>
        Assert.Equal(["Started, elsewhere: True", .. Answers], shop.RunTool("calls"));

    [Fact]
    public void Task_of_the_tool_is_seen_and_cancelled_and_its_daemon_stopped_from_other_processes() =>
        Assert.Equal(
            [
                $"Started, native {IsNative}",
                "status: Busy: Holding 0.5, HoldAsync",
                "cancel: Stopped",
                "The task was told: Stopped, by this process False",
                "ask: Reused: No such order.",
                "status: None runs.",
                "unset Started, same process False",
                "Started, Stopped, Started, Stopped",
            ],
            shop.RunTool("hold"));

    [Fact]
    public void Long_task_of_the_tool_lets_short_calls_pass() => Assert.Equal(["3 counted, gave way True"], shop.RunTool("stocktake"));

    [Fact]
    public void Launch_environment_reaches_the_daemons_process_and_other_values_have_another_daemon() =>
        Assert.Equal(
            ["one Started", "two Started", "one Reused", "unset Started", "same True, others 3"],
            shop.RunChecks("environments", "SHOP_LIBRARY_PATH"));

    [Theory]
    [InlineData("exit", "exit code 7, signal null", null)]
    [InlineData("failfast", "exit code null, signal 6", "boom")]
    [InlineData("kill", "exit code null, signal 9", null)]
    public void Crash_tells_how_the_process_ended_and_what_it_wrote_last(string how, string told, string? written)
    {
        string[] lines = shop.RunChecks("crash", how, "own");

        AssertCrash(lines, "Started", told, how, written);
    }

    [Fact]
    public void Crash_of_a_daemon_that_another_process_had_started_shows_the_log_alone()
    {
        string[] lines = shop.RunChecks("crash", "failfast", "other's");

        AssertCrash(lines, "Reused", "exit code null, signal null", "failfast", "boom");
    }

    [Fact]
    public void Log_has_what_handlers_throw_and_begin_and_end_of_tasks_for_who_has_a_logger_and_never_arguments()
    {
        string[] lines = shop.RunChecks("logs");
        string client = lines[0];
        string[] tasks = [.. lines.Where(line => line.Contains("Async", StringComparison.Ordinal) && !line.Contains("   at ", StringComparison.Ordinal))];

        Assert.Collection(
            tasks.Where(line => line.StartsWith("own: <DaemonRpc.Tasks> Information: ", StringComparison.Ordinal)),
            line => AssertTask(line, "PutAsync", $"was started for {client}."),
            line => AssertTask(line, "PutAsync", "returned after"),
            line => AssertTask(line, "RefuseAsync", $"was started for {client}."),
            line => AssertTask(line, "RefuseAsync", "failed after"),
            line => AssertTask(line, "ChargeAsync", $"was started for {client}."),
            line => AssertTask(line, "ChargeAsync", "returned after"));
        string own = Assert.Single(tasks, line => line.StartsWith("own: <DaemonRpc> Error: RefuseAsync (", StringComparison.Ordinal));
        Assert.Contains($"called by {client}, failed. System.IO.InvalidDataException: No such order.", own, StringComparison.Ordinal);

        // Without a logger of the program's there are no begins and ends.
        string byDefault = Assert.Single(tasks, line => line.StartsWith("default: ", StringComparison.Ordinal));
        Assert.Contains(" Error: RefuseAsync (", byDefault, StringComparison.Ordinal);
        Assert.Contains($"called by {client}, failed.", byDefault, StringComparison.Ordinal);
        Assert.Contains("default: System.IO.InvalidDataException: No such order.", lines);
        Assert.All(["own", "default"], log => Assert.Contains(lines, line => line.StartsWith($"{log}:    at Acme.Shop.Tool.ShopHandler.RefuseAsync(", StringComparison.Ordinal)));

        // What the handler itself logs.
        Assert.Contains("own: <daemonrpc.tests.shop> Information: 1 were put ", lines);
        Assert.Contains(lines, line => line.StartsWith("default: ", StringComparison.Ordinal) && line.EndsWith("Z Information: 1 were put", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public void Caller_hears_what_its_own_calls_log_from_a_daemon_and_in_process() =>
        Assert.Equal(["<daemonrpc.tests.shop> Information: 2 were put", "<daemonrpc.tests.shop> Information: 1 were put"], shop.RunChecks("hear"));

    private static void AssertTask(string line, string method, string what)
    {
        Assert.Contains($" {method} (", line, StringComparison.Ordinal);
        Assert.Contains($") {what}", line, StringComparison.Ordinal);
    }

    private static void AssertCrash(string[] lines, string origin, string told, string how, string? written)
    {
        Assert.Equal([origin, $"{told}, may have run True", "log exists True, is the daemon's True"], lines[..3]);
        Assert.Equal("then: unset Started", lines[^1]);
        string[] last = lines[3..^1];
        Assert.Contains($"last: Last words before {how}.", last);
        if (written is not null)
        {
            Assert.Contains(last, line => line.StartsWith("last: ", StringComparison.Ordinal) && line.Contains(written, StringComparison.Ordinal));
        }
    }

    /// <param name="factor">What the handler makes of an order's number.</param>
    private static string[] OneRound(int factor)
    {
        const string Ann = "Ann of Oslo 1 23 at Bergen";
        string first = $"{factor} for {Ann} (low: ; top: cup 1.5, jug 20)";
        string second = $"{2 * factor} for Bob of Rome 456 at nowhere ()";
        string third = $"{3 * factor} for {Ann} (low: ; top: cup 1.5, jug 20)";
        return
        [
            $"page 3 [{first} | {second} | {third}] best {third}",
            $"page 1 [{third}] best {third}",
            "page 0 [] best none",
            "low: pan 3; top: cup 1.5, jug 20",
            "card of Nobody of Nowhere at nowhere, page 1 [change 7] best none",
            "cash 21.5",
            "low",
            "low, empty",
            "top",
            $"top, page {5 * factor} [cup 1.5 | jug 20] best jug 20",
            "2 packed",
            "-1 packed",
            "page 2 [0 for Ann of Oslo 1 23 at nowhere (1: cup 1.5, jug 20) | 1 for nobody of nowhere at nowhere ()] best 0 for Ann of Oslo 1 23 at nowhere (1: cup 1.5, jug 20)",
            "page 2 [0 for nobody of nowhere at nowhere (1: cup 1.5, jug 20) | 1 for nobody of nowhere at nowhere ()] best 0 for nobody of nowhere at nowhere (1: cup 1.5, jug 20)",
            "card of Nobody of Nowhere at nowhere, page 1 [change 2] best none",
            "cash 21.5",
            "-1 then 19 in the ledger at 19, 300010 on the receipt",
            .. new[] { true, false }.Select(isFile => $"{(factor == 1 ? "cup, jug, pan, " : "CUP, JUG, PAN, ")}can be positioned: {isFile}"),
            "no book: True",
            "round 1",
            "Bob is at card of Nobody of Nowhere at nowhere, page 1 [change 1] best none",
            "round 2",
            "Bob is at card of Nobody of Nowhere at nowhere, page 1 [change 1] best none",
            "round 3",
            "Bob is at card of Nobody of Nowhere at nowhere, page 1 [change 4] best none",
            "sold for card of Nobody of Nowhere at nowhere, page 1 [change 4] best none, without a word for True",
            "Some are missing. cup 1.5, jug 20 at Oslo 1 23",
            $"cash {8 * factor}",
            "page 1 [cash 1 | card of Nobody of Nowhere at nowhere, page 1 [change 1] best none] best card of Nobody of Nowhere at nowhere, page 1 [change 1] best none",
            "page 2 [cash 2 | card of Nobody of Nowhere at nowhere, page 1 [change 2] best none] best none",
            "System.IO.InvalidDataException: No such order.",
            $"{5 * factor} for Eve of Riga 7 at nowhere ()",
            "none",
            $"first: {5 * factor} for Eve of Riga 7 at nowhere ()",
            $"1 kept, hello Eve from {(factor == 1 ? "ShopHandler" : "Fake")}",
            "Eve: new Eve, seen Eve",
        ];
    }
}

/// <summary>The tests of a stranger's solution, published with Native AOT.</summary>
public sealed class NativeShopTests(NativeShop shop) : ShopTests(shop), IClassFixture<NativeShop>
{
    protected override bool IsNative => true;

    [Fact]
    public void Tool_that_is_published_again_over_its_running_daemon_is_served_by_what_was_published_last()
    {
        const string Before = "Task.FromResult(Environment.GetEnvironmentVariable(name))";
        const string After = "Task.FromResult(name == \"SHOP_BUILD\" ? \"second build\" : Environment.GetEnvironmentVariable(name))";

        string[][] runs = shop.RunToolAroundEdit(tool => tool.Edit("ShopHandler.cs", Before, After), "variable", "SHOP_BUILD");

        Assert.Equal([["unset Started"], ["second build Replaced"], ["second build Reused"]], runs);
    }
}

/// <summary>The tests of a stranger's solution, compiled as it runs.</summary>
public sealed class JitShopTests(JitShop shop) : ShopTests(shop), IClassFixture<JitShop>
{
    protected override bool IsNative => false;
}
