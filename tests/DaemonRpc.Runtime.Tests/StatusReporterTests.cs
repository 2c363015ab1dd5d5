namespace DaemonRpc.Runtime.Tests;

public sealed class StatusReporterTests
{
    /// <remarks>One of 300 MB made the status say that no daemon runs, and refused clients believe that their call may have run.</remarks>
    [Theory]
    [InlineData(4096, 4096)]
    [InlineData(4097, 4097)]
    [InlineData(1_000_000, 4097)]
    public void Long_message_is_cut(int length, int told)
    {
        string? seen = null;
        new DaemonStatusReporter((message, _) => seen = message).Report(new string('x', length));

        Assert.Equal(told, seen!.Length);
        Assert.Equal(length > 4096, seen.EndsWith('…'));
    }

    [Fact]
    public void Message_is_not_cut_within_a_character()
    {
        string? seen = null;
        new DaemonStatusReporter((message, _) => seen = message).Report(new string('x', 4095) + "😀 and more");

        Assert.Equal(new string('x', 4095) + "…", seen);
    }
}
