using System.Globalization;
using System.Runtime.InteropServices;

namespace DaemonRpc.Platform;

/// <summary>A process's start time and parent, according to the kernel.</summary>
/// <param name="ParentId">The process that started or adopted it.</param>
/// <param name="StartedAt">
/// The start time, in milliseconds of the clock that <see cref="Now"/> reads, rounded down by less than <see cref="Resolution"/>.
/// </param>
internal readonly unsafe partial record struct ProcessTime(int ParentId, long StartedAt)
{
    // _SC_CLK_TCK: the unit of start times, a hundredth of a second whatever the kernel's own tick is.
    private const int ClockTicksName = 2;

    // CLOCK_BOOTTIME measures start times. It cannot be set, and it advances while the machine sleeps.
    private const int BootClock = 7;

    // PROC_PIDTBSDINFO and the size of its struct proc_bsdinfo, which has no padding.
    private const int BasicProcessFields = 3;
    private const int BasicProcessSize = 136;

    /// <summary>By how many milliseconds a start may appear earlier than it was.</summary>
    public static int Resolution => OperatingSystem.IsMacOS() ? 1 : 10;

    /// <summary>The current time in milliseconds, comparable among all processes until the machine restarts.</summary>
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

    /// <summary>Reads a process's times. Null when there is no such process or it may not be inspected.</summary>
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
            // The process has ended, or it is another user's on a system that hides those.
            return null;
        }

        // Fields after the name, which may contain blanks and parentheses: state, parent, and so on; the start time is the twentieth.
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
