using System.Runtime.InteropServices;

namespace DaemonRpc.Platform;

/// <summary>Has the kernel end this process after a timeout, unless another program has replaced this one by then.</summary>
/// <remarks>
/// The last resort for a process whose own threads may all be stuck, for example in a garbage collection that waits for a thread in native code. On
/// Linux the timer sends SIGKILL and disappears when the process hands over in place. macOS has no such timer; the nearest is SIGALRM, which ends a
/// process that does not handle it. An alarm survives the hand-over, so on both systems an alarm ends a successor that never begins to be the daemon.
/// </remarks>
internal static unsafe partial class KernelDeadline
{
    private const int MonotonicClock = 1;
    private const int RealTimer = 0;

    /// <summary>Arms the timer. It cannot be disarmed; on macOS a later alarm replaces it.</summary>
    public static void Arm(TimeSpan timeout)
    {
        if (OperatingSystem.IsMacOS())
        {
            SetAlarm(timeout);
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
            var time = new LinuxTimer { ValueSeconds = (nint)timeout.TotalSeconds, ValueFraction = timeout.Milliseconds * 1_000_000 };
            _ = LibC.SystemCall(set, timer, 0, (nint)(&time), 0);
        }
    }

    // timer_create and timer_settime. Called by number, because before glibc 2.34 they were in a separate library (librt), and this call must not fail.
    private static (nint Create, nint Set) Calls => RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => (222, 223),
        Architecture.Arm => (257, 258),
        _ => (107, 110),
    };

    /// <summary>
    /// Arms an alarm for the program that this process is about to become, which the program must <see cref="Disarm"/> in
    /// time; otherwise the alarm ends it. Replaces any earlier alarm.
    /// </summary>
    public static void ArmSuccessor(TimeSpan timeout) => SetAlarm(timeout);

    /// <summary>Disarms the alarm. Called by the program that took over, and after a failed hand-over.</summary>
    public static void Disarm() => SetAlarm(TimeSpan.Zero);

    private static void SetAlarm(TimeSpan timeout)
    {
        if (OperatingSystem.IsMacOS())
        {
            var time = new MacTimer { ValueSeconds = (nint)timeout.TotalSeconds, ValueMicroseconds = timeout.Milliseconds * 1000 };
            _ = SetIntervalTimer(RealTimer, &time, null);
        }
        else
        {
            // This timer counts microseconds, in the layout of the nanosecond timer.
            var time = new LinuxTimer { ValueSeconds = (nint)timeout.TotalSeconds, ValueFraction = timeout.Milliseconds * 1000 };
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
