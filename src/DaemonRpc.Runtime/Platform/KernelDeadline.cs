using System.Runtime.InteropServices;

namespace DaemonRpc.Platform;

/// <summary>Has the kernel end this process when a time has passed, if it is then still the same program.</summary>
/// <remarks>
/// The last resort of a process that may be stuck where none of its own threads can help, such as a collection that waits
/// for a thread in native code. On Linux the timer sends SIGKILL and goes with the program when it hands over in place.
/// macOS has no such timers: SIGALRM, which ends a process that does not handle it, is the nearest. That one survives the
/// hand-over, and so is what ends a successor which never begins to be the daemon, on both systems.
/// </remarks>
internal static unsafe partial class KernelDeadline
{
    private const int MonotonicClock = 1;
    private const int RealTimer = 0;

    /// <summary>Arms it. Nothing can stop it but the end of this program, or on macOS what replaces it.</summary>
    public static void Arm(TimeSpan limit)
    {
        if (OperatingSystem.IsMacOS())
        {
            SetAlarm(limit);
            return;
        }

        // struct sigevent: the value (8 bytes), the signal, how to notify (0: by signal), and padding up to 64.
        byte* notification = stackalloc byte[64];
        new Span<byte>(notification, 64).Clear();
        ((int*)notification)[2] = Constants.SignalKill;
        int timer;
        (nint create, nint set) = Calls;
        if (LibC.SystemCall(create, MonotonicClock, (nint)notification, (nint)(&timer), 0) == 0)
        {
            var time = new LinuxTimer { ValueSeconds = (nint)limit.TotalSeconds, ValueFraction = limit.Milliseconds * 1_000_000 };
            _ = LibC.SystemCall(set, timer, 0, (nint)(&time), 0);
        }
    }

    // timer_create and timer_settime. By their numbers, as they were in a library of their own (librt) before glibc 2.34:
    // this must not fail in the one moment it is for.
    private static (nint Create, nint Set) Calls => RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => (222, 223),
        Architecture.Arm => (257, 258),
        _ => (107, 110),
    };

    /// <summary>Has the program that this process is about to become ended, unless it calls <see cref="Disarm"/> in time. Replaces any alarm that was set.</summary>
    public static void ArmSuccessor(TimeSpan limit) => SetAlarm(limit);

    /// <summary>In the program that was handed over to; or when that failed.</summary>
    public static void Disarm() => SetAlarm(TimeSpan.Zero);

    private static void SetAlarm(TimeSpan limit)
    {
        if (OperatingSystem.IsMacOS())
        {
            var time = new MacTimer { ValueSeconds = (nint)limit.TotalSeconds, ValueMicroseconds = limit.Milliseconds * 1000 };
            _ = SetIntervalTimer(RealTimer, &time, null);
        }
        else
        {
            // The same layout as with nanoseconds.
            var time = new LinuxTimer { ValueSeconds = (nint)limit.TotalSeconds, ValueFraction = limit.Milliseconds * 1000 };
            _ = SetIntervalTimer(RealTimer, &time, null);
        }
    }

    [LibraryImport(SystemLibrary.Name, EntryPoint = "setitimer", SetLastError = true)]
    private static partial int SetIntervalTimer(int which, void* time, void* before);

    [StructLayout(LayoutKind.Sequential)]
    private struct LinuxTimer
    {
        public nint IntervalSeconds;
        public nint IntervalFraction;
        public nint ValueSeconds;
        public nint ValueFraction;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct MacTimer
    {
        public nint IntervalSeconds;
        public int IntervalMicroseconds;
        public nint ValueSeconds;
        public int ValueMicroseconds;
    }
}
