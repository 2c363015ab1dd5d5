using DaemonRpc.Journal;
using DaemonRpc.Platform;
using DaemonRpc.Program;

namespace DaemonRpc.Launch;

/// <summary>Identifies a daemon and its files.</summary>
/// <remarks>
/// File names are a hash of id, instance and variant, so that long names do not lengthen the path; the handshake verifies the
/// full names. The lock files are never deleted, because a lock on a re-created file would exclude nobody.
/// </remarks>
internal sealed class DaemonAddress
{
    private const string LifeExtension = ".life";
    private const string SocketExtension = ".sock";
    private const string JournalExtension = ".journal";

    private readonly string _key;
    private readonly string _stem;

    /// <summary>Creates the address of a daemon with files.</summary>
    /// <param name="id">The contract's id.</param>
    /// <param name="instance">The second key; empty for none.</param>
    /// <param name="runtimeDirectory">The folder, or null for the user's default.</param>
    /// <param name="variant">Separates daemons of one id and instance, by build or launch environment; empty for the ordinary one.</param>
    public DaemonAddress(string id, string instance, string? runtimeDirectory, string variant = "")
        : this(id, instance, variant, RuntimeDirectory.Resolve(runtimeDirectory), variant.Length == 0 ? OrdinaryKey(id, instance) : NameHash.Of($"{id}\0{instance}\0{variant}"))
    {
    }

    private DaemonAddress(string id, string instance, string variant, string directory, string key)
    {
        Variant = variant;
        Id = id;
        Instance = instance;
        Directory = directory;
        _key = key;
        _stem = Path.Combine(directory, key);
    }

    /// <summary>The contract's id; empty when only the files are known.</summary>
    public string Id { get; }

    public string Instance { get; }

    /// <summary>Separates daemons of one id and instance, by build or launch environment; empty for the ordinary one.</summary>
    public string Variant { get; }

    public string Directory { get; }

    /// <summary>Whether the daemon has files; false for an in-process daemon.</summary>
    public bool HasFiles => Directory.Length > 0;

    /// <summary>The socket at which the daemon listens.</summary>
    public string SocketPath => _stem + SocketExtension;

    /// <summary>The file that the daemon locks for as long as it lives.</summary>
    public string InstanceLockPath => _stem + LifeExtension;

    /// <summary>The file that a client locks while it starts the daemon.</summary>
    public string SpawnLockPath => _stem + ".spawn";

    /// <summary>The file with the daemon's starts and ends. Needs <see cref="Id"/> and <see cref="Instance"/>.</summary>
    /// <remarks>A variant's begins with the key of the ordinary one, by which <see cref="JournalPaths"/> finds it when no daemon runs that could be asked.</remarks>
    public string JournalPath => OrdinaryKey(Id, Instance) is var ordinary && ordinary == _key
        ? _stem + JournalExtension
        : Path.Combine(Directory, $"{ordinary}-{_key}{JournalExtension}");

    /// <summary>The file that receives a launched daemon's standard output and standard error.</summary>
    public string LogPath => _stem + ".log";

    /// <summary>Lists every daemon that has ever had files in the folder. Their ids are unknown until they are asked.</summary>
    /// <exception cref="DaemonAccessException">The folder is somebody else's, or open to others.</exception>
    public static IEnumerable<DaemonAddress> All(string? runtimeDirectory)
    {
        string directory = RuntimeDirectory.Resolve(runtimeDirectory);

        // Sockets are listed too: a socket is republished when both files were deleted, the lock's file is not.
        return FilesOf(directory, "*")
            .Where(static file => Path.GetExtension(file) is LifeExtension or SocketExtension)
            .Select(static file => Path.GetFileNameWithoutExtension(file))
            .Distinct()
            .Select(key => new DaemonAddress("", "", "", directory, key));
    }

    /// <summary>Lists the journals of the daemons of this id and instance: the ordinary one's and those of its variants.</summary>
    /// <exception cref="DaemonAccessException">The folder is somebody else's, or open to others.</exception>
    public IEnumerable<string> JournalPaths()
    {
        string ordinary = OrdinaryKey(Id, Instance);

        // The older part of a journal counts too: its writer may have left nothing but that.
        return FilesOf(Directory, $"{ordinary}-*{JournalExtension}*")
            .Select(static file => file[..(file.LastIndexOf(JournalExtension, StringComparison.Ordinal) + JournalExtension.Length)])
            .Prepend(Path.Combine(Directory, ordinary + JournalExtension))
            .Distinct();
    }

    /// <summary>Returns this address with the id and instance that its daemon gave.</summary>
    public DaemonAddress Named(string id, string instance) => new(id, instance, Variant, Directory, _key);

    /// <summary>Returns this address with the id and instance that its journal names, or this address if none does.</summary>
    public DaemonAddress NamedByJournal() =>
        OwnJournals().Select(static path => new JournalFile(path).ReadName()).FirstOrDefault(static name => name is not null) is { } name ? Named(name.Id, name.Instance) : this;

    /// <summary>Lists what a daemon leaves besides its lock files and its socket: its logs and its journals, as far as they exist.</summary>
    public IEnumerable<string> Records() =>
        OwnJournals().Append(LogPath).SelectMany(static path => new[] { path, path + ".1" }).Where(File.Exists);

    /// <summary>Creates the address of an in-process daemon, which has no files.</summary>
    public static DaemonAddress InProcess(string id, string instance = "", string variant = "") => new(id, instance, variant, "", "");

    /// <summary>Formats the daemon's id and instance for messages.</summary>
    public override string ToString() => Instance.Length == 0 ? $"'{Id}'" : $"'{Id}' for '{Instance}'";

    // Without an id it is unknown whether the daemon is a variant, whose journal has another name.
    private IEnumerable<string> OwnJournals()
    {
        return FilesOf(Directory, $"*-{_key}{JournalExtension}").Prepend(_stem + JournalExtension);
    }

    private static string OrdinaryKey(string id, string instance) => NameHash.Of($"{id}\0{instance}");

    private static IEnumerable<string> FilesOf(string directory, string pattern)
    {
        if (FileIdentity.OfPath(directory) is null)
        {
            return [];
        }

        // Verified first, because the listed files are opened and probed: another user's folder could name anything.
        RuntimeDirectory.Verify(directory);
        return System.IO.Directory.EnumerateFiles(directory, pattern);
    }
}
