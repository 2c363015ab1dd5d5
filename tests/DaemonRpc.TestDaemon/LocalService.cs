namespace DaemonRpc.TestDaemon;

/// <summary>Creates the handler for a test that has it in its own process.</summary>
public static class LocalService
{
    public static ITestService Create(DaemonContext context) => new TestService(context, disposalFile: null);
}
