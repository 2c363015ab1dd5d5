namespace DaemonRpc.Program;

/// <summary>The program that a process runs: the files it was started from, and their contents.</summary>
/// <remarks>
/// A build may rewrite files with unchanged bytes, as after a touch. Comparing contents detects that: the contents are hashed
/// while the daemon is idle, so that nobody waits, and compared when a client runs the files that are at the path now.
/// </remarks>
/// <param name="files">The files that the program was started from.</param>
/// <param name="hash">Hashes the contents of the program at a path; replaced in tests.</param>
internal sealed class RunningProgram(ProgramFiles files, Func<string, ulong?>? hash = null)
{
    private static ProgramFiles? s_adopted;

    private readonly Func<string, ulong?> _hash = hash ?? ProgramContents.Of;

    // Guards the known contents. Held while files are read, which takes long.
    private readonly Lock _reading = new();
    private ulong? _contents;
    private bool _isNoted;

    // Taken for every client that connects, so it is never held while files are read. Taken within the lock above, never the other way round.
    private readonly Lock _gate = new();
    private ProgramFiles _files = files;

    /// <summary>This process's program, with its files as they were at the first read of this property.</summary>
    public static RunningProgram Own => Running.Program;

    /// <summary>The program's files: those it was started from, or later ones with the same contents.</summary>
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

    /// <summary>
    /// Sets the files that the previous program in this process was started from. This program is the same image, but the files may have changed since.
    /// </summary>
    public static void Adopt(ProgramFiles files) => s_adopted = files;

    /// <summary>Hashes the contents of the files if they are still those that the program was started from. Reads them all at the first call.</summary>
    public void NoteContents()
    {
        lock (_reading)
        {
            if (!_isNoted)
            {
                _isNoted = true;
                _contents = Contents();
                if (Files.HaveChanged)
                {
                    _contents = null;
                }
            }
        }
    }

    /// <summary>
    /// Returns whether the files now at the program's path, which have this digest, have the contents that the program
    /// was started from. If so, they become its files.
    /// </summary>
    /// <returns>False also when they have another digest by now, or when the original contents are unknown.</returns>
    public bool IsUnchangedIn(long digest)
    {
        if (Files.Digest == digest)
        {
            return true;
        }

        lock (_reading)
        {
            if (Files.Digest == digest)
            {
                // The contents were compared for another client meanwhile.
                return true;
            }

            if (_contents is null || Contents() != _contents)
            {
                return false;
            }

            // Check the digest again: the files may have changed while they were read.
            var now = ProgramFiles.At(Files.Path);
            if (now.Digest != digest)
            {
                return false;
            }

            lock (_gate)
            {
                _files = now;
            }

            return true;
        }
    }

    private ulong? Contents() => string.IsNullOrEmpty(Files.Path) ? null : _hash(Files.Path);

    private static class Running
    {
        public static readonly RunningProgram Program = new(s_adopted ?? (Environment.ProcessPath is null ? default : ProgramFiles.At(LaunchProgram.This.MainFile)));

        // An explicit static constructor delays initialisation until the first use.
        static Running()
        {
        }
    }
}
