namespace DaemonRpc.Platform;

/// <summary>Adds to the end of a file in one system call, so that the bytes of several writers do not mix.</summary>
/// <remarks>
/// The framework's own append mode looks for the end once and writes there: a second writer that does the same overwrites the first.
/// </remarks>
internal static unsafe class AppendFile
{
    /// <summary>Adds the bytes, making the file, which only the user may read, if it is missing. Never waits, also where somebody has put a pipe in its place.</summary>
    /// <exception cref="IOException">The file cannot be opened, or not all could be written.</exception>
    public static void Append(string path, ReadOnlySpan<byte> bytes)
    {
        int descriptor = LibC.Open(
            path,
            Constants.OpenWriteOnly | Constants.OpenCreate | Constants.OpenAppend | Constants.OpenCloseOnExec | Constants.OpenNoFollow | Constants.NonBlocking,
            0x180 /* 0600 */);
        if (descriptor < 0)
        {
            throw SystemError.Exception("open", path);
        }

        try
        {
            nint written;
            fixed (byte* start = bytes)
            {
                do
                {
                    written = LibC.Write(descriptor, start, bytes.Length);
                }
                while (written < 0 && SystemError.Last == Constants.Interrupted);
            }

            if (written != bytes.Length)
            {
                throw written < 0 ? SystemError.Exception("write", path) : new IOException($"Cannot write '{path}': only {written} of {bytes.Length} bytes went in. The disk is full, or a limit was reached.");
            }
        }
        finally
        {
            _ = LibC.Close(descriptor);
        }
    }
}
