using DaemonRpc.Platform;
using DaemonRpc.Transport;

namespace DaemonRpc.Runtime.Tests.Platform;

public sealed class PeerCredentialsTests
{
    [Fact]
    public void Kernel_names_the_process_and_user_at_the_other_end()
    {
        (SocketChannel one, SocketChannel other) = SocketChannels.Create();
        using (one)
        using (other)
        {
            Assert.Equal(Environment.ProcessId, one.Peer.ProcessId);
            Assert.Equal((int)LibC.EffectiveUserId(), one.Peer.UserId);
            Assert.True(other.Peer.IsThisUser);
        }
    }

    [Theory]
    [InlineData(65534)]
    [InlineData(-1)]
    [InlineData(12345)]
    public void Other_and_unmapped_users_are_not_this_one(int user) =>
        Assert.False(new PeerCredentials(1, user).IsThisUser);
}
