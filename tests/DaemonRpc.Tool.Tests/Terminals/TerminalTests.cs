namespace DaemonRpc.Tool.Tests.Terminals;

/// <summary>What a person sees, in a pseudo-terminal of <c>script</c>.</summary>
public sealed class TerminalTests : SandboxTests
{
    [Fact]
    public async Task Terminal_gets_a_table_with_colours()
    {
        TestServiceClient client = await Sandbox.ReadyAsync();

        string text = await InTerminalAsync("$TOOL ps --timeout 60");

        Assert.Matches(@"\x1b\[[0-9;]+mready", text);
        Assert.Contains($"{client.Daemon.ProcessId}", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_colours_where_the_user_wants_none()
    {
        _ = await Sandbox.ReadyAsync();

        string text = await InTerminalAsync("NO_COLOR=1 $TOOL ps --timeout 60");

        Assert.Contains("ready", text, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"\x1b\[[0-9;]*m", text);
    }

    [Fact]
    public async Task Nothing_but_text_goes_to_a_terminal_without_abilities()
    {
        _ = await Sandbox.ReadyAsync();

        string text = await InTerminalAsync("TERM=dumb $TOOL ps --timeout 60");

        Assert.Contains("ready", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\e", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Log_cannot_command_the_terminal()
    {
        TestServiceClient client = await Sandbox.ReadyAsync();
        await client.LogAsync("before\e]0;owned\a\u009b31mafter").InTime();
        await FileChange.UntilAsync(Sandbox.RuntimeDirectory, () => Sandbox.Log.Any(line => line.Contains("after", StringComparison.Ordinal)));

        string text = await InTerminalAsync($"$TOOL logs {DaemonSandbox.Id} --timeout 60");

        Assert.Contains("after", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\e", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\a", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\u009b", text, StringComparison.Ordinal);
    }

    private async Task<string> InTerminalAsync(string command) => string.Join('\n', (await Sandbox.StartInTerminal(command).EndedAsync()).Lines);
}
