using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace DaemonRpc.Platform;

/// <summary>Descriptors as control data of a socket's message (<c>SCM_RIGHTS</c>, see unix(7) and cmsg(3)).</summary>
internal static unsafe class DescriptorControl
{
    /// <summary>The number of descriptors that may travel with one message. Linux allows 253; no method has that many parameters.</summary>
    public const int Most = 32;

    /// <summary>The size of a buffer for control data, in bytes.</summary>
    public const int BufferSize = 16 + (Most * sizeof(int));

    // enum SCM_RIGHTS, on Linux and macOS alike.
    private const int Rights = 1;

    // struct cmsghdr: the length, then level and type. The length is a size_t on Linux, and 32 bits wide on macOS.
    private static int HeaderSize => OperatingSystem.IsMacOS() ? 12 : 16;

    /// <summary>Writes control data that passes descriptors.</summary>
    /// <param name="control">The buffer, aligned as a pointer.</param>
    /// <param name="descriptors">At least one and at most <see cref="Most"/>.</param>
    /// <returns>How many bytes were written.</returns>
    public static int Write(byte* control, ReadOnlySpan<int> descriptors)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(descriptors.Length, Most);
        int length = HeaderSize + (descriptors.Length * sizeof(int));
        new Span<byte>(control, BufferSize).Clear();
        *(int*)control = length;
        ((int*)(control + HeaderSize))[-2] = Constants.SocketLevel;
        ((int*)(control + HeaderSize))[-1] = Rights;
        descriptors.CopyTo(new Span<int>(control + HeaderSize, descriptors.Length));
        return length;
    }

    /// <summary>Reads the descriptors that came with a message. The caller owns them; no child of this process inherits them.</summary>
    /// <param name="message">The received message, whose control data is at most <see cref="BufferSize"/> bytes long.</param>
    /// <param name="isCut">Whether others were lost: more came than there was room for, or this process may not have more.</param>
    public static SafeFileHandle[] Read(LibC.Message* message, out bool isCut)
    {
        // On macOS length and flags are 32 bits wide and share a word of this struct.
        nint length = OperatingSystem.IsMacOS() ? (int)message->ControlLength : message->ControlLength;
        nint flags = OperatingSystem.IsMacOS() ? message->ControlLength >> 32 : message->Flags;
        isCut = (flags & Constants.ControlCut) != 0;
        if (length < HeaderSize)
        {
            return [];
        }

        byte* control = (byte*)message->Control;
        int wordSize = OperatingSystem.IsMacOS() ? sizeof(int) : sizeof(nint);
        List<SafeFileHandle> handles = [];
        for (nint start = 0; start + HeaderSize <= length;)
        {
            byte* header = control + start;
            int size = Math.Min(*(int*)header, (int)(length - start));
            if (size < HeaderSize)
            {
                break;
            }

            int* fields = (int*)(header + HeaderSize);
            if (fields[-2] == Constants.SocketLevel && fields[-1] == Rights)
            {
                foreach (int descriptor in new ReadOnlySpan<int>(fields, (size - HeaderSize) / sizeof(int)))
                {
                    handles.Add(Own(descriptor));
                }
            }

            start += (size + wordSize - 1) / wordSize * wordSize;
        }

        return [.. handles];
    }

    /// <summary>Duplicates a descriptor. No child of this process inherits the copy.</summary>
    /// <exception cref="IOException">The system gives this process no more descriptors.</exception>
    /// <exception cref="ObjectDisposedException">The handle is closed.</exception>
    public static SafeFileHandle Duplicate(SafeHandle handle)
    {
        bool isHeld = false;
        handle.DangerousAddRef(ref isHeld);
        try
        {
            int copy = LibC.FileControl((int)handle.DangerousGetHandle(), Constants.DuplicateCloseOnExec, 0);
            return copy >= 0 ? new SafeFileHandle(copy, ownsHandle: true) : throw SystemError.Exception("duplicate", "a descriptor");
        }
        finally
        {
            handle.DangerousRelease();
        }
    }

    // Linux sets the flag when it hands the descriptor over. On macOS a process that another thread spawns in between could inherit it.
    private static SafeFileHandle Own(int descriptor)
    {
        if (OperatingSystem.IsMacOS())
        {
            _ = LibC.FileControl(descriptor, Constants.SetDescriptorFlags, Constants.CloseOnExec);
        }

        return new SafeFileHandle(descriptor, ownsHandle: true);
    }
}
