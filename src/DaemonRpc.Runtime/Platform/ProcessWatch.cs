using Microsoft.Win32.SafeHandles;

namespace DaemonRpc.Platform;

/// <summary>Notices the end of a process that need not be a child. Uses a process descriptor, so that a reused process id cannot be mistaken for the process.</summary>
/// <remarks>
/// Linux only. Elsewhere callers rely on the end of the connection, which comes a moment earlier. May be disposed while a thread waits.
/// </remarks>
internal sealed unsafe class ProcessWatch : SafeHandleMinusOneIsInvalid
{
    private ProcessWatch(int descriptor)
        : base(ownsHandle: true) => SetHandle(descriptor);

    /// <summary>Opens a watch. Returns null when there is no such process or the system does not support watching one.</summary>
    public static ProcessWatch? TryOpen(int processId) =>
        OperatingSystem.IsLinux() && processId > 0 && LibC.OpenProcess(processId) is >= 0 and int descriptor ? new ProcessWatch(descriptor) : null;

    /// <summary>Waits until no thread of the process runs; a zombie counts as ended. Returns false if the timeout passes first.</summary>
    public bool Wait(TimeSpan timeout)
    {
        int milliseconds = timeout == Timeout.InfiniteTimeSpan ? -1 : (int)Math.Min(timeout.TotalMilliseconds, int.MaxValue);
        bool isHeld = false;
        try
        {
            DangerousAddRef(ref isHeld);
            var polled = new LibC.Polled { Descriptor = (int)handle, Wanted = Constants.Readable };
            int happened;
            do
            {
                happened = LibC.Poll(&polled, 1, milliseconds);
            }
            while (happened < 0 && SystemError.Last == Constants.Interrupted);
            return happened > 0;
        }
        finally
        {
            if (isHeld)
            {
                DangerousRelease();
            }
        }
    }

    /// <summary>Kills the process. Returns false when it has ended and was reaped, or may not be killed.</summary>
    public bool TryKill()
    {
        bool isHeld = false;
        try
        {
            DangerousAddRef(ref isHeld);
            return LibC.SignalProcess((int)handle, Constants.SignalKill) == 0;
        }
        finally
        {
            if (isHeld)
            {
                DangerousRelease();
            }
        }
    }

    protected override bool ReleaseHandle() => LibC.Close((int)handle) == 0;
}
