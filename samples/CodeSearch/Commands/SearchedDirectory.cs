using CodeSearch.Contract;
using CodeSearch.Platform;
using DaemonRpc;

namespace CodeSearch.Commands;

/// <summary>The directory that a command is about. Its one true path is the instance of its daemon.</summary>
internal sealed record SearchedDirectory(string Path)
{
    /// <summary>Finds the directory.</summary>
    /// <exception cref="CommandException">It does not exist, or is no directory.</exception>
    public static SearchedDirectory Resolve(string path)
    {
        try
        {
            string real = RealPath.Of(path);
            return Directory.Exists(real) ? new SearchedDirectory(real) : throw new CommandException($"{path}: Not a directory");
        }
        catch (IOException e)
        {
            throw new CommandException($"{path}: {e.Message}", e);
        }
    }

    /// <summary>Connects to the directory's daemon, and starts it if need be.</summary>
    public Task<CodeSearchClient> ConnectAsync(bool wait, CancellationToken cancellationToken) => CodeSearchClient.ConnectAsync(
        new DaemonClientOptions { Instance = Path, BusyTimeout = wait ? Timeout.InfiniteTimeSpan : TimeSpan.Zero },
        cancellationToken);

    /// <summary>The directory's daemon, or null when none runs.</summary>
    public Task<DaemonHandle?> FindDaemonAsync(CancellationToken cancellationToken) =>
        DaemonControl.FindAsync(ICodeSearch.DaemonId, Path, cancellationToken: cancellationToken);

    public override string ToString() => Path;
}
