namespace DaemonRpc.Platform;

/// <summary>Appends to a file in one system call, so that the bytes of several writers do not mix.</summary>
/// <remarks>The framework's append mode finds the end once and writes there: a second such writer overwrites the first.</remarks>
internal static unsafe class AppendFile
{
    /// <summary>Appends the bytes. Creates the file with mode 0600 if it is missing. Never blocks, even if somebody has put a pipe in its place.</summary>
    /// <exception cref="IOException">The file cannot be opened, or not all bytes could be written.</exception>
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
