namespace DaemonRpc.Process.Tests.Infrastructure;

/// <summary>Tests that each have a sandbox.</summary>
public abstract class SandboxTests : IAsyncDisposable
{
    private protected SandboxTests()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The tests look into /proc and hold processes by descriptors, which other systems do not have.");
        Sandbox = new DaemonSandbox();
    }

    private protected DaemonSandbox Sandbox { get; }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Sandbox.DisposeAsync();
    }
}
