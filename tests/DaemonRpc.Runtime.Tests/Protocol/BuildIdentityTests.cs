using DaemonRpc.Protocol;

namespace DaemonRpc.Runtime.Tests.Protocol;

public sealed class BuildIdentityTests
{
    [Theory]
    [InlineData(2, 0, 1, 0, true)]
    [InlineData(1, 0, 2, 0, false)]
    [InlineData(1, 1, 1, 2, true)]
    [InlineData(1, 2, 1, 1, true)]
    [InlineData(1, 1, 1, 1, false)]
    public void Newer_build_replaces_and_at_one_time_the_clients_does(long client, long print, long daemon, long daemonPrint, bool replaces) =>
        Assert.Equal(replaces, new BuildIdentity(client, print).Replaces(new BuildIdentity(daemon, daemonPrint)));
}
