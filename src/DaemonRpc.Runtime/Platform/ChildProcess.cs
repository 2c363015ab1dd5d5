namespace DaemonRpc.Platform;

/// <summary>A process that this one started. Reaped as soon as it ends, so that a client that lives on keeps no zombie.</summary>
internal sealed unsafe class ChildProcess
{
    // Of those that have ended, for who asks later how.
    private const int MostEnded = 16;

    private static readonly List<ChildProcess> s_children = [];

    private readonly ManualResetEventSlim _begun = new();
    private readonly ManualResetEventSlim _ended = new();

    // Null when nobody could be asked: it had been reaped already.
    private int? _status;

    private ChildProcess()
    {
    }

    /// <summary>Starts a process.</summary>
    /// <param name="start">Does it, and returns its number.</param>
    /// <exception cref="DaemonException">The system gives no thread for noting its end. Nothing was started.</exception>
    public static ChildProcess Start(Func<int> start)
    {
        var child = new ChildProcess();

        // Before there is a process that nobody would reap. A thread for each: a client starts one at a time, and few in its life.
        OwnThread.Start("DaemonRpc reaper", child.Reap, OwnThread.SmallStack);
        int processId = 0;
        try
        {
            processId = start();
        }
        finally
        {
            child.Begin(processId);
        }

        return child;
    }

    /// <summary>Goes on with one that the program before in this process had started.</summary>
    public static ChildProcess Adopt(int processId) => Start(() => processId);

    /// <summary>Those of this process that have not ended, as far as is known: a program that takes over in place must go on reaping them.</summary>
    public static IReadOnlyList<int> Alive
    {
        get
        {
            lock (s_children)
            {
                return [.. s_children.Where(static child => !child._ended.IsSet).Select(static child => child.Id)];
            }
        }
    }

    /// <summary>The latest of that number, also when it has ended; null when it was not this process's, or has long ended.</summary>
    public static ChildProcess? Of(int processId)
    {
        lock (s_children)
        {
            return s_children.FindLast(child => child.Id == processId);
        }
    }

    public int Id { get; private set; }

    /// <summary>Null until the process has ended, then its exit code, or null again if a signal ended it or nobody knows how it ended.</summary>
    public int? ExitCode => _ended.IsSet && _status is { } status && (status & 0x7F) == 0 ? (status >> 8) & 0xFF : null;

    /// <summary>The signal that ended it, or null.</summary>
    public int? Signal => _ended.IsSet && _status is { } status && (status & 0x7F) != 0 ? status & 0x7F : null;

    /// <summary>Waits for its end. False when the limit passed first.</summary>
    public bool WaitForExit(TimeSpan limit) => _ended.Wait(limit);

    /// <summary>Ends by force what leads a session of its own, and all that is in it. Safe: until it is reaped its number cannot be another process's.</summary>
    public void KillSession()
    {
        if (!_ended.IsSet)
        {
            _ = LibC.Kill(Id, Constants.SignalKill);
        }

        SessionProcesses.EndAll(Id);
    }

    private void Begin(int processId)
    {
        Id = processId;
        if (processId > 0)
        {
            lock (s_children)
            {
                s_children.Add(this);
                if (s_children.Count(static child => child._ended.IsSet) > MostEnded)
                {
                    _ = s_children.Remove(s_children.First(static child => child._ended.IsSet));
                }
            }
        }

        _begun.Set();
    }

    private void Reap()
    {
        _begun.Wait();
        if (Id == 0)
        {
            return;
        }

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
        _ended.Set();
    }
}
