using System.Globalization;
using System.Runtime.InteropServices;

namespace DaemonRpc.Platform;

/// <summary>When a process was started, and by which, according to the kernel.</summary>
/// <param name="ParentId">The process that started it, or has adopted it.</param>
/// <param name="StartedAt">In milliseconds of the clock that <see cref="Now"/> reads, rounded down by less than <see cref="Resolution"/>.</param>
internal readonly unsafe partial record struct ProcessTime(int ParentId, long StartedAt)
{
    // What Linux counts in; a hundredth of a second, whatever the kernel itself ticks in.
    private const int ClockTicksName = 2;

    // CLOCK_BOOTTIME: what start times are measured by. It cannot be set, and goes on while the machine sleeps.
    private const int BootClock = 7;

    // PROC_PIDTBSDINFO and the size of its struct proc_bsdinfo, which has no padding of its own.
    private const int BasicProcessFields = 3;
    private const int BasicProcessSize = 136;

    /// <summary>How much earlier than it really was a start may seem, in milliseconds.</summary>
    public static int Resolution => OperatingSystem.IsMacOS() ? 1 : 10;

    /// <summary>The time now, comparable among all processes of the machine until it is started again.</summary>
    public static long Now
    {
        get
        {
            if (OperatingSystem.IsMacOS())
            {
                return DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
            }

            Time time;
            return ReadClock(BootClock, &time) == 0 ? (time.Seconds * 1000L) + (time.Nanoseconds / 1_000_000) : long.MaxValue;
        }
    }

    /// <summary>Null when there is no such process, or it may not be looked at.</summary>
    public static ProcessTime? Of(int processId) => OperatingSystem.IsMacOS() ? OnMac(processId) : OnLinux(processId);

    private static ProcessTime? OnLinux(int processId)
    {
        string text;
        try
        {
            text = File.ReadAllText($"/proc/{processId}/stat");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It has ended, or belongs to somebody else on a system that hides such.
            return null;
        }

        // After the name, which may hold blanks and parentheses of its own: state, parent, and much more; the start is the twentieth.
        string[] fields = text[(text.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        nint ticksPerSecond = SystemConfiguration(ClockTicksName);
        return fields.Length > 19 && ticksPerSecond > 0
            && int.TryParse(fields[1], CultureInfo.InvariantCulture, out int parent)
            && long.TryParse(fields[19], CultureInfo.InvariantCulture, out long ticks)
            ? new ProcessTime(parent, ticks * 1000 / ticksPerSecond)
            : null;
    }

    private static ProcessTime? OnMac(int processId)
    {
        byte* bytes = stackalloc byte[BasicProcessSize];
        return ProcessInformation(processId, BasicProcessFields, 0, bytes, BasicProcessSize) == BasicProcessSize
            ? new ProcessTime(*(int*)(bytes + 16), (*(long*)(bytes + 120) * 1000) + (*(long*)(bytes + 128) / 1000))
            : null;
    }

    [LibraryImport(SystemLibrary.Name, EntryPoint = "sysconf")]
    private static partial nint SystemConfiguration(int name);

    [LibraryImport(SystemLibrary.Name, EntryPoint = "clock_gettime")]
    private static partial int ReadClock(int clock, Time* time);

    [LibraryImport(SystemLibrary.Name, EntryPoint = "proc_pidinfo")]
    private static partial int ProcessInformation(int processId, int flavor, ulong argument, byte* buffer, int size);

    [StructLayout(LayoutKind.Sequential)]
    private struct Time
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
