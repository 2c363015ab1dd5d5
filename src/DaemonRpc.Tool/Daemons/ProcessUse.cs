using System.ComponentModel;
using System.Diagnostics;

namespace DaemonRpc.Tool.Daemons;

/// <summary>What the system says of a daemon's process.</summary>
/// <param name="StartedAt">When the process was started.</param>
/// <param name="MemoryBytes">Its resident memory.</param>
internal sealed record ProcessUse(DateTimeOffset StartedAt, long MemoryBytes)
{
    /// <summary>Looks at a process. Returns null if it has gone, or may not be looked at.</summary>
    public static ProcessUse? Of(int processId)
    {
        if (processId <= 0)
        {
            return null;
        }

        try
        {
            using Process process = Process.GetProcessById(processId);
            return new ProcessUse(process.StartTime, process.WorkingSet64);
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or Win32Exception or NotSupportedException)
        {
            return null;
        }
    }
}
