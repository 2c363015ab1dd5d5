using DaemonRpc.Lifecycle;
using DaemonRpc.Platform;
using DaemonRpc.Protocol;
using DaemonRpc.Session;
using DaemonRpc.Transport;

namespace DaemonRpc;

/// <summary>Finds the user's running daemons. Never starts one.</summary>
/// <example>
/// <code>
/// foreach (DaemonHandle daemon in await DaemonControl.ListAsync())
/// {
///     Console.WriteLine($"{daemon.Id} {daemon.Instance}: {(await daemon.GetStatusAsync()).State}");
/// }
/// </code>
/// </example>
public static class DaemonControl
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(10);

    /// <summary>All daemons of this user that answer, of every product.</summary>
    /// <param name="runtimeDirectory">Where to look, or null for the user's default.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <remarks>One that is alive but does not answer within 10 seconds, or not as a daemon does, is left out.</remarks>
    /// <exception cref="DaemonAccessException">The folder is somebody else's, or open to others.</exception>
    public static Task<IReadOnlyList<DaemonHandle>> ListAsync(string? runtimeDirectory = null, CancellationToken cancellationToken = default) =>
        BlockingThread.RunAsync<IReadOnlyList<DaemonHandle>>("DaemonRpc control", () => List(runtimeDirectory)).WaitAsync(cancellationToken);

    /// <summary>One daemon, or null when it does not run.</summary>
    /// <param name="id">The contract's id.</param>
    /// <param name="instance">The instance, or null for the one without a name.</param>
    /// <param name="runtimeDirectory">Where to look, or null for the user's default.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="DaemonUnresponsiveException">It is alive but does not answer.</exception>
    public static Task<DaemonHandle?> FindAsync(
        string id, string? instance = null, string? runtimeDirectory = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        return BlockingThread.RunAsync("DaemonRpc control", () => Find(new DaemonAddress(id, instance ?? "", runtimeDirectory))).WaitAsync(cancellationToken);
    }

    private static List<DaemonHandle> List(string? runtimeDirectory)
    {
        var found = new List<DaemonHandle>();
        foreach (DaemonAddress files in DaemonAddress.All(runtimeDirectory))
        {
            try
            {
                if (RecordLock.Probe(files.LifeLockPath) != 0 && Find(files) is { } daemon)
                {
                    found.Add(daemon);
                }
            }
            catch (Exception exception) when (exception is DaemonUnresponsiveException or DaemonProtocolException)
            {
                // Said in the remarks: a list of all is of more use than the first failure.
            }
        }

        return found;
    }

    private static DaemonHandle? Find(DaemonAddress address)
    {
        using ClientSession? session = new SocketDialer(address).TryOpen(
            new Hello { Id = address.Id, Instance = address.Instance, Program = ContractIdentity.Program }, new Deadline(s_limit));
        if (session is null)
        {
            return null;
        }

        Welcome welcome = session.Welcome;
        DaemonAddress named = address.Named(welcome.Id, welcome.Instance);
        return new DaemonHandle(new SocketDialer(named), named, s_limit, welcome, DaemonOrigin.Reused, "It was running.");
    }
}
