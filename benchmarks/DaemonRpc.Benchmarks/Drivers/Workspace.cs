namespace DaemonRpc.Benchmarks.Drivers;

/// <summary>The folder with everything a run makes, and the end of everything it started.</summary>
/// <remarks>
/// What is started gets a folder below this one in its environment, and hands it on to what it starts itself. That is how
/// all of it is found again, daemons too, whoever their parent is. May be closed from any thread, at any time.
/// </remarks>
internal sealed class Workspace : IDisposable
{
    private readonly Lock _gate = new();
    private readonly string _root = Directory.CreateTempSubdirectory("drpc-bench-").FullName;
    private int _lastFolder;
    private string? _closedBecause;

    /// <summary>A folder for a daemon. The name is short, as it becomes part of a socket's path.</summary>
    public string NewFolder() => NewFolder((++_lastFolder).ToString(System.Globalization.CultureInfo.InvariantCulture));

    public string NewFolder(string name)
    {
        string path = Path.Combine(_root, name);
        _ = Start(() => Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute));
        return path;
    }

    /// <summary>Starts a process, or makes what has to be removed again, unless everything is being ended.</summary>
    public T Start<T>(Func<T> start)
    {
        lock (_gate)
        {
            return _closedBecause is null ? start() : throw new BenchmarkException(_closedBecause);
        }
    }

    /// <summary>Why a measurement failed, if that was not its own fault.</summary>
    public BenchmarkException Failure(string message) => new(_closedBecause ?? message);

    /// <summary>Ends all processes and removes all files.</summary>
    public void Close(string because)
    {
        lock (_gate)
        {
            if (_closedBecause is not null)
            {
                return;
            }

            _closedBecause = because;
            MarkedProcesses.Kill(_root);
            Directory.Delete(_root, recursive: true);
        }
    }

    public void Dispose() => Close("The benchmark is over.");
}
