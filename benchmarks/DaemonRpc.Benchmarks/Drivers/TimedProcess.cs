using System.Diagnostics;
using System.Runtime.InteropServices;

namespace DaemonRpc.Benchmarks.Drivers;

/// <summary>What a whole process took.</summary>
/// <param name="Elapsed">From before it existed until it was gone.</param>
/// <param name="Busy">How long processors worked for it, in the kernel too. Does not grow when others use them.</param>
internal readonly record struct ProcessTime(TimeSpan Elapsed, TimeSpan Busy);

/// <summary>Times a whole process, from before it exists until it is gone.</summary>
/// <remarks>With the system's own calls: <see cref="Process"/> would add threads, pipes and a signal handler to the time.</remarks>
internal static unsafe class TimedProcess
{
    private const int OpenAppend = 0x1 | 0x40 | 0x400;

    /// <summary>Runs it and waits for it. Its output goes to the file.</summary>
    /// <exception cref="BenchmarkException">It did not leave with exit code 0.</exception>
    public static ProcessTime Run(Workspace workspace, string path, string[] arguments, IReadOnlyDictionary<string, string> environment, string outputPath)
    {
        byte* actions = stackalloc byte[1024];
        _ = Native.InitializeActions(actions);
        _ = Native.AddOpen(actions, 0, "/dev/null", 0, 0);
        _ = Native.AddOpen(actions, 1, outputPath, OpenAppend, 0x180 /* 0600 */);
        _ = Native.AddOpen(actions, 2, outputPath, OpenAppend, 0x180 /* 0600 */);
        using var argumentVector = new Vector([path, .. arguments]);
        using var environmentVector = new Vector([.. environment.Select(variable => $"{variable.Key}={variable.Value}")]);
        long begun = 0;
        int process = workspace.Start(() =>
        {
            int id;
            begun = Stopwatch.GetTimestamp();
            return Native.Spawn(&id, path, actions, null, argumentVector.First, environmentVector.First) == 0
                ? id
                : throw new BenchmarkException($"'{Path.GetFileName(path)}' could not be started.");
        });
        nint* usage = stackalloc nint[18];
        int status = Wait(process, usage);
        TimeSpan elapsed = Stopwatch.GetElapsedTime(begun);
        _ = Native.DestroyActions(actions);
        return status == 0
            ? new ProcessTime(elapsed, new TimeSpan(0, 0, 0, (int)(usage[0] + usage[2]), 0, (int)(usage[1] + usage[3])))
            : throw workspace.Failure($"'{Path.GetFileName(path)} {string.Join(' ', arguments)}' ended with status {status:x}: {File.ReadAllText(outputPath)}");
    }

    private static int Wait(int process, nint* usage)
    {
        const int Interrupted = 4;
        int status;
        while (Native.Wait(process, &status, 0, usage) < 0)
        {
            if (Marshal.GetLastPInvokeError() != Interrupted)
            {
                return -1;
            }
        }

        return status;
    }

    /// <summary>Strings as C wants them, with a null at the end.</summary>
    private sealed class Vector : IDisposable
    {
        private readonly int _count;

        public Vector(string[] strings)
        {
            _count = strings.Length;
            First = (byte**)NativeMemory.AllocZeroed((nuint)(_count + 1), (nuint)sizeof(byte*));
            for (int index = 0; index < _count; index++)
            {
                First[index] = (byte*)Marshal.StringToCoTaskMemUTF8(strings[index]);
            }
        }

        public byte** First { get; }

        public void Dispose()
        {
            for (int index = 0; index < _count; index++)
            {
                Marshal.FreeCoTaskMem((nint)First[index]);
            }

            NativeMemory.Free(First);
        }
    }
}
