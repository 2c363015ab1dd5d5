using System.Runtime.InteropServices;

namespace DaemonRpc.Testing.Tests.Infrastructure;

/// <summary>Sends signals to processes that the tests know to live.</summary>
internal static partial class Signals
{
    public static void Send(int processId, int signal) => Assert.Equal(0, Kill(processId, signal));

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int processId, int signal);
}
