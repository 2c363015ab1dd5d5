namespace DaemonRpc.Platform;

/// <summary>A process that this process started. Reaped as soon as it ends, so that a long-lived client keeps no zombies.</summary>
internal sealed unsafe class ChildProcess
{
    // How many ended children are remembered, for callers who later ask how they ended.
    private const int MostEnded = 16;

    private static readonly List<ChildProcess> s_children = [];

    private readonly ManualResetEventSlim _begun = new();
    private readonly ManualResetEventSlim _ended = new();

    // Null when the exit status is unavailable because somebody else reaped the child.
    private int? _status;

    private ChildProcess()
    {
    }

    /// <summary>Starts a process.</summary>
    /// <param name="start">Starts the process and returns its id.</param>
    /// <exception cref="DaemonException">The system gives no thread to reap the process. Nothing was started.</exception>
    public static ChildProcess Start(Func<int> start)
    {
        var child = new ChildProcess();

        // The thread is started before the process: a process without a reaper would become a zombie. A thread per child is affordable, because a client starts few.
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

    /// <summary>Continues to reap a child that the previous program in this process started.</summary>
    public static ChildProcess Adopt(int processId) => Start(() => processId);

    /// <summary>The ids of the children that are not known to have ended. A program that takes over in place must reap them.</summary>
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

    /// <summary>Finds the latest child with this process id, running or recently ended; null if there is none.</summary>
    public static ChildProcess? Of(int processId)
    {
        lock (s_children)
        {
            return s_children.FindLast(child => child.Id == processId);
        }
    }

    public int Id { get; private set; }

    /// <summary>The exit code. Null while the process runs, if a signal ended it, or if its exit status is unavailable.</summary>
    public int? ExitCode => _ended.IsSet && _status is { } status && (status & 0x7F) == 0 ? (status >> 8) & 0xFF : null;

    /// <summary>The signal that ended the process, or null.</summary>
    public int? Signal => _ended.IsSet && _status is { } status && (status & 0x7F) != 0 ? status & 0x7F : null;

    /// <summary>Waits for the process to end. Returns false if the timeout passes first.</summary>
    public bool WaitForExit(TimeSpan timeout) => _ended.Wait(timeout);

    /// <summary>
    /// Kills a child that leads its own session, and everything in that session. Safe: the process id cannot be reused before the child is reaped.
    /// </summary>
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

        // Otherwise the exit status is unknown: other code in this process reaped the child, or the kernel did because
        // SIGCHLD is ignored, which a process inherits from its parent.
        _status = result == Id ? status : null;
        _ended.Set();
    }
}
