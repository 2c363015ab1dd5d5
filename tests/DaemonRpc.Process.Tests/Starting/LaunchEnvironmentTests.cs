namespace DaemonRpc.Process.Tests.Starting;

/// <summary>What a daemon's process is started with, beside what every daemon gets.</summary>
public sealed class LaunchEnvironmentTests : SandboxTests
{
    private const string Name = "TESTDAEMON_SETTING";

    [Fact]
    public async Task Variables_reach_the_daemons_process_and_null_takes_one_away()
    {
        TestServiceClient client = await ConnectAsync(new Dictionary<string, string?> { [Name] = "one = two", ["HOME"] = null });

        Assert.Equal("one = two", await client.VariableAsync(Name).InTime());
        Assert.Null(await client.VariableAsync("HOME").InTime());
        Assert.NotNull(await client.VariableAsync("PATH").InTime());
    }

    [Theory]
    [InlineData("DOTNET_EnableEHWriteThru", "0")]
    [InlineData("DOTNET_TC_BackgroundWorkerTimeoutMs", "FFFFFFFF")]
    public async Task Setting_of_the_runtime_is_set_unless_the_client_sets_it(string name, string value)
    {
        TestServiceClient silent = await ConnectAsync([]);
        TestServiceClient client = await ConnectAsync(new Dictionary<string, string?> { [name] = "1" });

        Assert.Equal(value, await silent.VariableAsync(name).InTime());
        Assert.Equal("1", await client.VariableAsync(name).InTime());
    }

    [Fact]
    public async Task Client_with_other_values_is_not_served_by_that_daemon_and_one_with_the_same_is()
    {
        var settings = new Dictionary<string, string?> { [Name] = "1", ["TESTDAEMON_OTHER"] = "2" };
        TestServiceClient first = await ConnectAsync(settings);
        // Later changes have no effect.
        settings[Name] = "changed";
        TestServiceClient same = await ConnectAsync(new Dictionary<string, string?> { ["TESTDAEMON_OTHER"] = "2", [Name] = "1" });
        TestServiceClient other = await ConnectAsync(settings);
        TestServiceClient none = await ConnectAsync([]);

        Assert.Equal(first.Daemon.ProcessId, same.Daemon.ProcessId);
        Assert.Equal(3, new[] { first, other, none }.Select(client => client.Daemon.ProcessId).Distinct().Count());
        Assert.Equal(["1", "changed", null], await Task.WhenAll(first.VariableAsync(Name), other.VariableAsync(Name), none.VariableAsync(Name)).InTime());
        Assert.Equal(3, (await DaemonControl.ListAsync(Sandbox.RuntimeDirectory).InTime()).Count);
    }

    /// <remarks>Stopping by id succeeded, and both lived on: tests had stopped each by its handle.</remarks>
    [Fact]
    public async Task Daemons_of_one_id_are_found_and_stopped_by_it_whatever_they_were_given()
    {
        TestServiceClient first = await ConnectAsync(new Dictionary<string, string?> { [Name] = "1" });
        TestServiceClient second = await ConnectAsync(new Dictionary<string, string?> { [Name] = "2" });
        int[] given = [first.Daemon.ProcessId, second.Daemon.ProcessId];
        DaemonHandle? found = await DaemonControl.FindAsync(DaemonSandbox.Id, runtimeDirectory: Sandbox.RuntimeDirectory).InTime();
        Assert.Contains(found!.ProcessId, given);
        TestServiceClient none = await ConnectAsync([]);
        Assert.Equal(none.Daemon.ProcessId, (await DaemonControl.FindAsync(DaemonSandbox.Id, runtimeDirectory: Sandbox.RuntimeDirectory).InTime())!.ProcessId);
        DaemonClientOptions another = Sandbox.Options();
        another.Instance = "another";
        another.LaunchEnvironment = new Dictionary<string, string?> { [Name] = "1" };
        TestServiceClient other = await Sandbox.ConnectAsync(another);

        await DaemonControl.StopAsync(DaemonSandbox.Id, runtimeDirectory: Sandbox.RuntimeDirectory).InTime();

        Assert.Equal([other.Daemon.ProcessId], (await DaemonControl.ListAsync(Sandbox.RuntimeDirectory).InTime()).Select(daemon => daemon.ProcessId));
    }

    /// <remarks>What a task had set, by which other tests looked at nothing, lived on in the successor.</remarks>
    [Fact]
    public async Task Successor_has_what_the_daemon_was_started_with_and_not_what_a_task_had_set()
    {
        TestServiceClient client = await ConnectAsync(new Dictionary<string, string?> { [Name] = "given" });
        await client.SetVariableAsync(Name, "set by a task").InTime();
        await client.SetVariableAsync("TESTDAEMON_LEFT", "set by a task").InTime();
        Assert.Equal("set by a task", await client.VariableAsync(Name).InTime());
        Task spinning = client.SpinAsync();
        await foreach (DaemonStatus status in client.Daemon.WatchStatusAsync())
        {
            if (status.Message == "spinning")
            {
                break;
            }
        }

        Assert.Equal(CancelOutcome.Forced, await client.Daemon.CancelAsync().InTime());
        _ = await Assert.ThrowsAsync<DaemonTaskCanceledException>(() => spinning.InTime());

        Assert.Equal("given", await client.VariableAsync(Name).InTime());
        Assert.Null(await client.VariableAsync("TESTDAEMON_LEFT").InTime());
    }

    [Theory]
    [InlineData("", "value")]
    [InlineData("A=B", "value")]
    [InlineData("A", "one\0two")]
    public void What_no_environment_can_hold_is_refused(string name, string value) =>
        Assert.Throws<ArgumentException>(() => new DaemonClientOptions { LaunchEnvironment = new Dictionary<string, string?> { [name] = value } });

    private Task<TestServiceClient> ConnectAsync(Dictionary<string, string?> environment)
    {
        DaemonClientOptions options = Sandbox.Options();
        options.LaunchEnvironment = environment;
        return Sandbox.ConnectAsync(options);
    }
}
