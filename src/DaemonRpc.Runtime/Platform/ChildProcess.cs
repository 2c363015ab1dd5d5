namespace DaemonRpc.Platform;

/// <summary>A process that this one started. Reaped as soon as it ends, so that a client that lives on keeps no zombie.</summary>
internal sealed unsafe class ChildProcess
{
    private static readonly List<int> s_alive = [];

    private readonly ManualResetEventSlim _ended = new();

    // Null when nobody could be asked: it had been reaped already.
    private int? _status;

    public ChildProcess(int processId)
    {
        Id = processId;
        lock (s_alive)
        {
            s_alive.Add(processId);
        }

        // A thread per started daemon: a client starts one at a time, and few in its life.
        new Thread(Reap, 128 * 1024) { IsBackground = true, Name = "DaemonRpc reaper" }.Start();
    }

    /// <summary>Those of this process that have not ended, as far as is known: a program that takes over in place must go on reaping them.</summary>
    public static IReadOnlyList<int> Alive
    {
        get
        {
            lock (s_alive)
            {
                return [.. s_alive];
            }
        }
    }

    public int Id { get; }

    /// <summary>Null until the process has ended, then its exit code, or null again if a signal ended it or nobody knows how it ended.</summary>
    public int? ExitCode => _ended.IsSet && _status is { } status && (status & 0x7F) == 0 ? (status >> 8) & 0xFF : null;

    /// <summary>The signal that ended it, or null.</summary>
    public int? Signal => _ended.IsSet && _status is { } status && (status & 0x7F) != 0 ? status & 0x7F : null;

    /// <summary>Waits for its end. False when the limit passed first.</summary>
    public bool WaitForExit(TimeSpan limit) => _ended.Wait(limit);

    /// <summary>Ends it by force. Safe: until it is reaped its number cannot be another process's.</summary>
    public void Kill()
    {
        if (!_ended.IsSet)
        {
            _ = LibC.Kill(Id, Constants.SignalKill);
        }
    }

    private void Reap()
    {
        int status;
        int result;
        do
        {
            result = LibC.WaitForChild(Id, &status, 0);
        }
        while (result < 0 && SystemError.Last == Constants.Interrupted);

        // Somebody else in this process reaped it (SIGCHLD that is ignored does, also when whoever started us ignored it):
        // it has ended, how is unknown.
        _status = result == Id ? status : null;
        lock (s_alive)
        {
            _ = s_alive.Remove(Id);
        }

        _ended.Set();
    }
}
