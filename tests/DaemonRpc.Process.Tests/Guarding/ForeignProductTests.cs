namespace DaemonRpc.Process.Tests.Guarding;

public sealed class ForeignProductTests : SandboxTests
{
    [Fact]
    public async Task Product_that_took_the_id_of_another_is_told_and_replaces_nobody()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        DaemonClientOptions options = Sandbox.Options();
        options.VersionPolicy = VersionPolicy.MatchClient;

        for (int attempt = 0; attempt < 3; attempt++)
        {
            DaemonForeignException exception = await Assert.ThrowsAsync<DaemonForeignException>(() => OtherProductClient.ConnectAsync(options).InTime());

            Assert.Contains($"process {client.Daemon.ProcessId}", exception.Message, StringComparison.Ordinal);
            Assert.Contains(typeof(ITestService).FullName!, exception.Message, StringComparison.Ordinal);
            Assert.Contains(typeof(IOtherProduct).FullName!, exception.Message, StringComparison.Ordinal);
            Assert.Contains("Two products use one id: give one of them another.", exception.Message, StringComparison.Ordinal);
        }

        Assert.Equal(3, await client.AddAsync(1, 2).InTime());
        Assert.Equal(1, await Sandbox.StartsAsync());
    }
}
