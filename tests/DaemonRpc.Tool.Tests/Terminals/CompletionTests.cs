namespace DaemonRpc.Tool.Tests.Terminals;

public sealed class CompletionTests : SandboxTests
{
    [Fact]
    public async Task Shell_completes_commands_ids_and_instances()
    {
        _ = await Sandbox.ReadyAsync("workspace");

        Assert.Equal(["status", "stop"], await CompleteAsync("daemonrpc st"));
        Assert.Equal([DaemonSandbox.Id], await CompleteAsync("daemonrpc stop daemonrpc."));
        Assert.Equal(["workspace"], await CompleteAsync($"daemonrpc stop {DaemonSandbox.Id} --instance w"));
        Assert.Equal(["--idle"], await CompleteAsync("daemonrpc stop --id"));
    }

    [Theory]
    [InlineData("bash", "complete -F _daemonrpc daemonrpc")]
    [InlineData("zsh", "compdef _daemonrpc daemonrpc")]
    [InlineData("fish", "complete -c daemonrpc")]
    public async Task Each_shell_has_its_script(string shell, string line) =>
        Assert.Contains(await Sandbox.DaemonRpcAsync(0, "completion", shell), text => text.Contains(line, StringComparison.Ordinal));

    [Fact]
    public async Task Other_shells_are_refused() => _ = await Sandbox.DaemonRpcAsync(2, "completion", "csh");

    // As bash does: it calls the function that the script defines, with the line in variables, and reads the answer from another one.
    private async Task<IReadOnlyList<string>> CompleteAsync(string line)
    {
        ToolProcess shell = Sandbox.StartInShell(
            $$"""
            daemonrpc() { "$TOOL" "$@"; }
            source <(daemonrpc completion bash)
            COMP_LINE='{{line}}' COMP_POINT={{line.Length}}
            _daemonrpc
            printf '%s\n' "${COMPREPLY[@]}"
            """);
        return (await shell.EndedAsync()).Lines;
    }
}
