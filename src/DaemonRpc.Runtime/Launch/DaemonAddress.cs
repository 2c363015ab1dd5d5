using DaemonRpc.Platform;
using DaemonRpc.Program;

namespace DaemonRpc.Launch;

/// <summary>Which daemon is meant, and where its files are.</summary>
/// <remarks>
/// File names are a hash of id and instance, so that no path grows with them; the full names are verified in the
/// handshake. The lock files are never deleted: a lock on a file that another process makes anew is no lock.
/// </remarks>
internal sealed class DaemonAddress
{
    private const string LifeExtension = ".life";
    private const string SocketExtension = ".sock";

    private readonly string _stem;

    /// <param name="id">The contract's id.</param>
    /// <param name="instance">The second key; empty for none.</param>
    /// <param name="runtimeDirectory">The folder, or null for the user's default.</param>
    /// <param name="variant">Tells builds apart that live side by side; empty where only one lives.</param>
    public DaemonAddress(string id, string instance, string? runtimeDirectory, string variant = "")
        : this(id, instance, variant, RuntimeDirectory.Resolve(runtimeDirectory), NameHash.Of(variant.Length == 0 ? $"{id}\0{instance}" : $"{id}\0{instance}\0{variant}"))
    {
    }

    private DaemonAddress(string id, string instance, string variant, string directory, string key)
    {
        Variant = variant;
        Id = id;
        Instance = instance;
        Directory = directory;
        _stem = Path.Combine(directory, key);
    }

    /// <summary>Empty when only the files are known.</summary>
    public string Id { get; }

    public string Instance { get; }

    /// <summary>Empty unless builds live side by side.</summary>
    public string Variant { get; }

    public string Directory { get; }

    /// <summary>False for a daemon in this process.</summary>
    public bool HasFiles => Directory.Length > 0;

    /// <summary>Where the daemon listens.</summary>
    public string SocketPath => _stem + SocketExtension;

    /// <summary>Locked by the daemon for as long as it lives.</summary>
    public string InstanceLockPath => _stem + LifeExtension;

    /// <summary>Locked by whoever is starting the daemon.</summary>
    public string SpawnLockPath => _stem + ".spawn";

    /// <summary>Starts and ends.</summary>
    public string JournalPath => _stem + ".journal";

    /// <summary>Takes what a launched daemon writes to standard output and standard error.</summary>
    public string LogPath => _stem + ".log";

    /// <summary>Every daemon that has ever had files here. Their ids are not known until they are asked.</summary>
    /// <exception cref="DaemonAccessException">The folder is somebody else's, or open to others.</exception>
    public static IEnumerable<DaemonAddress> All(string? runtimeDirectory)
    {
        string directory = RuntimeDirectory.Resolve(runtimeDirectory);
        if (FileIdentity.OfPath(directory) is null)
        {
            return [];
        }

        // What it lists is opened, to be probed: somebody else's folder could name anything.
        RuntimeDirectory.Verify(directory);
        // By the socket too, which is published anew when both were deleted.
        return System.IO.Directory.EnumerateFiles(directory)
            .Where(static file => Path.GetExtension(file) is LifeExtension or SocketExtension)
            .Select(static file => Path.GetFileNameWithoutExtension(file))
            .Distinct()
            .Select(key => new DaemonAddress("", "", "", directory, key));
    }

    /// <summary>The same files, after the daemon that has them said who it is.</summary>
    public DaemonAddress Named(string id, string instance) => new(id, instance, Variant, Directory, Path.GetFileName(_stem));

    /// <summary>A daemon that has no files.</summary>
    public static DaemonAddress InProcess(string id) => new(id, "", "", "", "");

    /// <summary>For people.</summary>
    public override string ToString() => Instance.Length == 0 ? $"'{Id}'" : $"'{Id}' for '{Instance}'";
}
