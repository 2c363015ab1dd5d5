using System.Globalization;

namespace DaemonRpc.Runtime.Tests.Session;

/// <summary>What the daemon keeps of a connection on which nothing happens: there may be thousands.</summary>
public sealed class SilentConnectionMemoryTests
{
    // Half as much again as it is, with the client's end, which is here too.
    private const long Most = 1_150;

    [Theory]
    [InlineData("caller")]
    [InlineData("watcher")]
    public async Task Silent_connection_keeps_little_memory(string kind)
    {
        using TestChild child = await TestChild.StartAsync($"silent-{kind}s", Most.ToString(CultureInfo.InvariantCulture));

        Assert.InRange(long.Parse(child.Answer, CultureInfo.InvariantCulture), 1, Most);
        child.End();
    }
}
