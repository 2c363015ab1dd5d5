namespace DaemonRpc.Program;

/// <summary>The program that a process runs: the files it was started from, and what was in them.</summary>
/// <remarks>
/// A build may write files anew with the bytes that they had, as after a touch. That is found by comparing contents: hashed while
/// the daemon is idle, as nobody may wait for it, and compared when a client runs what lies at the path now.
/// </remarks>
internal sealed class RunningProgram(ProgramFiles files)
{
    private static ProgramFiles? s_adopted;

    private readonly Lock _gate = new();
    private ProgramFiles _files = files;
    private ulong? _contents;
    private bool _isNoted;

    /// <summary>This process's, with its files as they were when this was first asked.</summary>
    public static RunningProgram Own => Running.Program;

    /// <summary>Its files: those it was started from, or those that were written since and hold the same.</summary>
    public ProgramFiles Files
    {
        get
        {
            lock (_gate)
            {
                return _files;
            }
        }
    }

    /// <summary>Goes by what the program before, in this process, was started from: it is the same image, and its files may have changed since.</summary>
    public static void Adopt(ProgramFiles files) => s_adopted = files;

    /// <summary>Remembers what is in the files, if they are still those the program was started from. Reads them all, the first time it is called.</summary>
    public void NoteContents()
    {
        lock (_gate)
        {
            if (!_isNoted)
            {
                _isNoted = true;
                _contents = Contents();
                if (_files.HaveChanged)
                {
                    _contents = null;
                }
            }
        }
    }

    /// <summary>Whether the files at the program's path, which have this digest, hold what the program was started from. From then on they are its files.</summary>
    /// <returns>False also when they have another digest by now, and when it is not known what the program was started from.</returns>
    public bool IsUnchangedIn(long digest)
    {
        lock (_gate)
        {
            if (_files.Digest == digest)
            {
                return true;
            }

            if (_contents is null || Contents() != _contents)
            {
                return false;
            }

            // What was read is what has this digest only if it has it still.
            var now = ProgramFiles.At(_files.Path);
            if (now.Digest != digest)
            {
                return false;
            }

            _files = now;
            return true;
        }
    }

    private ulong? Contents() => string.IsNullOrEmpty(_files.Path) ? null : ProgramContents.Of(_files.Path);

    private static class Running
    {
        public static readonly RunningProgram Program = new(s_adopted ?? (Environment.ProcessPath is null ? default : ProgramFiles.At(LaunchProgram.This.MainFile)));

        // It makes the moment exact: when that is first asked, and no earlier.
        static Running()
        {
        }
    }
}
