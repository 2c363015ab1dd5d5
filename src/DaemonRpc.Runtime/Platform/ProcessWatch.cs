using Microsoft.Win32.SafeHandles;

namespace DaemonRpc.Platform;

/// <summary>Notices the end of a process that need not be a child. By its descriptor, so that its number cannot come to mean another.</summary>
/// <remarks>
/// On Linux only. Elsewhere the end of the connection has to do, which the kernel brings about a moment earlier.
/// May be disposed while somebody waits.
/// </remarks>
internal sealed unsafe class ProcessWatch : SafeHandleMinusOneIsInvalid
{
    private ProcessWatch(int descriptor)
        : base(ownsHandle: true) => SetHandle(descriptor);

    /// <summary>Null when there is no such process, or the system cannot do it.</summary>
    public static ProcessWatch? TryOpen(int processId) =>
        OperatingSystem.IsLinux() && processId > 0 && LibC.OpenProcess(processId) is >= 0 and int descriptor ? new ProcessWatch(descriptor) : null;

    /// <summary>Waits until no thread of it runs any more; a zombie has ended. False when the limit passed first.</summary>
    public bool Wait(TimeSpan limit)
    {
        int milliseconds = limit == Timeout.InfiniteTimeSpan ? -1 : (int)Math.Min(limit.TotalMilliseconds, int.MaxValue);
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

    /// <summary>Ends the process by force. False when it has ended and was reaped, or may not be ended.</summary>
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
