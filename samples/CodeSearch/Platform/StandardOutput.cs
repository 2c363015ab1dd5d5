using System.Runtime.InteropServices;

namespace CodeSearch.Platform;

/// <summary>Writes to standard output, and notices when nobody reads it: .NET's own stream then drops what it is given.</summary>
internal static unsafe partial class StandardOutput
{
    private const int Descriptor = 1;

    // EINTR is the same everywhere; EAGAIN is not.
    private const int Interrupted = 4;
    private static readonly int s_wouldBlock = OperatingSystem.IsMacOS() ? 35 : 11;

    /// <exception cref="IOException">Nobody reads any more, or the disk is full.</exception>
    public static void Write(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            nint written;
            fixed (byte* first = bytes)
            {
                written = Write(Descriptor, first, bytes.Length);
            }

            if (written >= 0)
            {
                bytes = bytes[(int)written..];
                continue;
            }

            int error = Marshal.GetLastPInvokeError();
            if (error == s_wouldBlock)
            {
                // Somebody made the descriptor non-blocking; .NET's stream knows how to wait for it.
                using Stream patient = Console.OpenStandardOutput();
                patient.Write(bytes);
                return;
            }

            if (error != Interrupted)
            {
                throw new IOException(FileStatus.Describe(error));
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(int descriptor, byte* bytes, nint count);
}
