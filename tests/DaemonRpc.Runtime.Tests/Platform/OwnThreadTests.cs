using DaemonRpc.Platform;

namespace DaemonRpc.Runtime.Tests.Platform;

public sealed class OwnThreadTests
{
    /// <remarks>A connection's reader kept the first caller's activity and logging scopes alive, and handlers met them.</remarks>
    [Fact]
    public async Task Thread_knows_nothing_of_the_context_of_who_starts_it()
    {
        var local = new AsyncLocal<string?> { Value = "the caller's" };
        var seen = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);

        OwnThread.Start("DaemonRpc test", () => seen.SetResult(local.Value));

        Assert.Null(await seen.Task.Soon());
    }
}
