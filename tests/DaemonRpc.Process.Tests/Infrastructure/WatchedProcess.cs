using System.Runtime.InteropServices;

namespace DaemonRpc.Process.Tests.Infrastructure;

/// <summary>A process of any parent, held by its descriptor, so that its number can never come to mean another one.</summary>
internal sealed unsafe class WatchedProcess : IDisposable
{
    private const int Interrupted = 4;

    private readonly int _descriptor;

    private WatchedProcess(int id, int descriptor)
    {
        Id = id;
        _descriptor = descriptor;
    }

    public int Id { get; }

    /// <summary>Whether no thread of it runs any more. A zombie has ended.</summary>
    public bool HasEnded => Wait(LibC.Readable, 0);

    public static WatchedProcess Of(int processId) =>
        TryOpen(processId) ?? throw new InvalidOperationException($"There is no process {processId}.");

    public static WatchedProcess? TryOpen(int processId) =>
        LibC.OpenPidfd(processId) is >= 0 and int descriptor ? new WatchedProcess(processId, descriptor) : null;

    /// <summary>Sends a signal. Nothing happens when it has ended.</summary>
    public void Signal(int signal) => _ = LibC.SignalPidfd(_descriptor, signal);

    /// <summary>Stops it with SIGSTOP, and waits until nothing of it runs.</summary>
    public Task FreezeAsync()
    {
        Signal(LibC.Stop);
        return ProcessTable.StoppedAsync(Id);
    }

    /// <summary>Ends it by force and waits until it has ended.</summary>
    public Task KillAsync()
    {
        Signal(LibC.Kill);
        return EndedAsync();
    }

    /// <summary>Completes when it has ended.</summary>
    public Task EndedAsync() => WaitAsync(LibC.Readable, "did not end");

    /// <summary>Completes when its parent has taken note of its end: it is no zombie any more.</summary>
    public Task ReapedAsync() => WaitAsync(0, "was not reaped");

    public void Dispose() => _ = LibC.Close(_descriptor);

    private Task WaitAsync(short wanted, string complaint) => Task.Factory.StartNew(
        () =>
        {
            if (!Wait(wanted, (int)Limits.Generous.TotalMilliseconds))
            {
                throw new TimeoutException($"Process {Id} {complaint} within {Limits.Generous}.");
            }
        },
        CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private bool Wait(short wanted, int milliseconds)
    {
        // "Hung up" is always told: the kernel says so when the process has been reaped.
        var polled = new LibC.Polled { Descriptor = _descriptor, Wanted = wanted };
        int happened;
        do
        {
            happened = LibC.Poll(&polled, 1, milliseconds);
        }
        while (happened < 0 && Marshal.GetLastSystemError() == Interrupted);
        return happened > 0;
    }
}
