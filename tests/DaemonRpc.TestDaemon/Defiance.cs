using System.Diagnostics;
using System.Runtime.InteropServices;

namespace DaemonRpc.TestDaemon;

/// <summary>The ways in which a task can refuse to end.</summary>
internal static partial class Defiance
{
    /// <summary>Begins one. What is returned never completes.</summary>
    public static Task Begin(string how, string folder, CancellationToken cancellationToken)
    {
        switch (how)
        {
            case "spin":
                // On every processor.
                for (int thread = 0; thread < Environment.ProcessorCount + 1; thread++)
                {
                    new Thread(Spin) { IsBackground = true }.Start();
                }

                break;
            case "native":
                new Thread(() => _ = Pause()) { IsBackground = true }.Start();
                break;
            case "locks":
                HoldLocks();
                break;
            case "swallow":
                return SwallowAsync(cancellationToken);
            case "threads":
                new Thread(StartThreads) { IsBackground = true }.Start();
                break;
            case "children":
                StartChildren(folder);
                break;
            default:
                throw new ArgumentException($"Nobody defies by '{how}'.");
        }

        return Task.Delay(Timeout.Infinite, CancellationToken.None);
    }

    private static void Spin()
    {
        while (true)
        {
            Thread.SpinWait(1000);
        }
    }

    private static async Task SwallowAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }
            catch (OperationCanceledException)
            {
                await Task.Yield();
            }
        }
    }

    // What the daemon's own lines go through, and what its connections might.
    private static void HoldLocks()
    {
        var held = new ManualResetEventSlim();
        new Thread(() =>
        {
            lock (Console.Error)
            {
                lock (Console.Out)
                {
                    held.Set();
                    Thread.Sleep(Timeout.Infinite);
                }
            }
        })
        { IsBackground = true }.Start();
        held.Wait();
    }

    private static void StartThreads()
    {
        while (true)
        {
            Thread[] threads = [.. Enumerable.Range(0, 8).Select(_ => new Thread(() => Thread.SpinWait(100)))];
            Array.ForEach(threads, thread => thread.Start());
            Array.ForEach(threads, thread => thread.Join());
        }
    }

    /// <summary>A child, a grandchild whose parent has left, and a child that has ended and was not waited for.</summary>
    private static void StartChildren(string folder)
    {
        const string Script = "echo $$ > \"$0/child\"; (sleep 1000 & echo $! > \"$0/grandchild\"); true & echo ready > \"$0/ready\"; exec sleep 1000";
        using var ready = new ManualResetEventSlim();
        using var watcher = new FileSystemWatcher(folder, "ready");
        watcher.Changed += (_, _) => ready.Set();
        watcher.EnableRaisingEvents = true;
        _ = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", Script, folder]));
        ready.Wait();
    }

    [LibraryImport("libc", EntryPoint = "pause")]
    private static partial int Pause();
}
