namespace DaemonRpc.Runtime.Tests.Platform;

/// <remarks>Children that are started in the moment between a flag and the exec meet it too rarely for a test that waits for them.</remarks>
public sealed class ExecInPlaceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Descriptors_are_made_ready_in_a_table_that_no_other_thread_s_child_copies()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Other systems have one table for all threads.");

        using TestChild child = await TestChild.StartAsync("exec-in-place-fails", _folder["kept"]);

        Assert.Equal("open", child.Answer);
    }
}
