using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace DaemonRpc.TestDaemon.Stress;

/// <summary>A file to which many processes add lines: each with one write, so that the order of the lines is the order in which they were written.</summary>
/// <remarks>
/// What a process knows when it writes a line was so before the line, and who reads of an event elsewhere and writes then, writes below
/// it. That order is what is judged; the time in front of each line is for people. A process that is killed has written a line or has not.
/// </remarks>
/// <param name="path">The file.</param>
public sealed partial class StressRecord(string path)
{
    /// <summary>How a line ends that was written whole: who is killed at the border of two pages leaves a part of one.</summary>
    public const string End = " .";

    private const int WriteOnly = 0x1;
    private const int Create = 0x40;
    private const int AtTheEnd = 0x400;
    private const int CloseOnExec = 0x80000;

    /// <summary>The one that all processes of a run share.</summary>
    public static StressRecord Of(string folder) => new(Path.Combine(folder, "record"));

    /// <summary>The one of a process's watch, which tells too much for the other.</summary>
    public static StressRecord OfWatch(string folder, string name) => new(Path.Combine(folder, $"watch-{name}"));

    /// <summary>Adds a line, which must have been built of words without blanks, but for the last.</summary>
    public unsafe void Add(string line)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"\n{Stopwatch.GetTimestamp()} {Environment.ProcessId} {line.ReplaceLineEndings(" ")}{End}"));
        int descriptor = Open(path, WriteOnly | Create | AtTheEnd | CloseOnExec, 0x180 /* 0600 */);
        fixed (byte* start = bytes)
        {
            nint written = descriptor < 0 ? -1 : Write(descriptor, start, bytes.Length);
            if (written != bytes.Length)
            {
                throw new IOException($"Cannot write to '{path}', error {Marshal.GetLastPInvokeError()}.");
            }
        }

        _ = Close(descriptor);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static unsafe partial nint Write(int descriptor, byte* bytes, nint length);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
