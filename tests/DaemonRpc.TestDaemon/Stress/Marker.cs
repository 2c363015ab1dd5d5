using System.Globalization;
using System.Runtime.InteropServices;

namespace DaemonRpc.TestDaemon.Stress;

/// <summary>The lock that the running task holds. The kernel releases it when the process ends or runs another program.</summary>
/// <remarks>A record lock knows processes only; that two tasks run in one is seen by a counter.</remarks>
internal static partial class Marker
{
    private const int ReadWrite = 0x2;
    private const int Create = 0x40;
    private const int CloseOnExec = 0x80000;
    private const int Get = 5;
    private const int Set = 6;
    private const int SetAndWait = 7;
    private const short ForWriting = 1;
    private const short Free = 2;
    private const uint Exiting = 0x4;

    private static int s_running;
    private static int s_descriptor;

    /// <summary>Takes it, and returns null; or says who has it.</summary>
    public static string? Take(string folder)
    {
        string? others = Interlocked.Increment(ref s_running) == 1 ? null : "another task of this process";
        string path = Path.Combine(folder, "marker");
        s_descriptor = Open(path, ReadWrite | Create | CloseOnExec, 0x180 /* 0600 */);
        if (s_descriptor < 0)
        {
            throw new IOException($"Cannot open '{path}', error {Marshal.GetLastPInvokeError()}.");
        }

        while (!Control(Set, out _))
        {
            if (Control(Get, out Lock other) && other.Type != Free && !IsDying(other.Holder))
            {
                return string.Create(CultureInfo.InvariantCulture, $"a task of process {other.Holder}");
            }

            // The kernel lets go of a dead process's locks one after another, and this one may come after the daemon's instance lock.
            _ = Control(SetAndWait, out _);
        }

        return others;
    }

    public static void Give()
    {
        // Which gives up the lock.
        _ = Close(s_descriptor);
        _ = Interlocked.Decrement(ref s_running);
    }

    /// <summary>Whether no thread of it will run any more: said of the first one, and true of all when one of their locks was taken away.</summary>
    private static bool IsDying(int processId)
    {
        try
        {
            string text = File.ReadAllText($"/proc/{processId}/stat");
            string[] fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return (uint.Parse(fields[6], CultureInfo.InvariantCulture) & Exiting) != 0;
        }
        catch (IOException)
        {
            // It has died.
            return true;
        }
    }

    private static unsafe bool Control(int command, out Lock answer)
    {
        var wanted = new Lock { Type = ForWriting };
        bool done = Control(s_descriptor, command, &wanted) == 0;
        answer = wanted;
        return done;
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static unsafe partial int Control(int descriptor, int command, Lock* wanted);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);

    [StructLayout(LayoutKind.Sequential)]
    private struct Lock
    {
        public short Type;
        public short Whence;
        public long Start;
        public long Length;
        public int Holder;
    }
}
