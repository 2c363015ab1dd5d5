namespace DaemonRpc.Packed;

/// <summary>A command that has ended.</summary>
internal sealed record CommandRun(string CommandLine, int ExitCode, string Output)
{
    public CommandRun Succeeded()
    {
        Assert.True(ExitCode == 0, ToString());
        return this;
    }

    public CommandRun FailedWith(string code)
    {
        Assert.True(ExitCode != 0, ToString());
        Assert.Contains($"error {code}:", Output, StringComparison.Ordinal);
        return this;
    }

    public override string ToString() => $"> {CommandLine}\nexit code {ExitCode}\n{Output}";
}
