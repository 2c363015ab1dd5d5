using System.Diagnostics;
using System.Runtime.InteropServices;

namespace DaemonRpc.Testing.Tests.Infrastructure;

/// <summary>Sends signals to processes that the tests know to live.</summary>
internal static partial class Signals
{
    /// <summary>Kills a process and waits until it is gone, so that the kernel has ended its connections.</summary>
    public static async Task KillAsync(int processId)
    {
        using var process = Process.GetProcessById(processId);
        process.Kill();
        await process.WaitForExitAsync().InTime();
    }

    public static void Send(int processId, int signal) => Assert.Equal(0, Kill(processId, signal));

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int processId, int signal);
}
