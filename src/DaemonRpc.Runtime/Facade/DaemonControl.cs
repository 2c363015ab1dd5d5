using DaemonRpc.Control;
using DaemonRpc.Launch;
using DaemonRpc.Program;
using DaemonRpc.Protocol;
using DaemonRpc.Session;
using DaemonRpc.Transport;

namespace DaemonRpc;

/// <summary>Finds, lists and stops the user's daemons, whatever their contract or build. Never starts one. Safe from any thread.</summary>
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

    /// <summary>Lists this user's daemons that answer, of every product.</summary>
    /// <param name="runtimeDirectory">The runtime directory to search, or null for the user's default.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <remarks>
    /// Asks all daemons at the same time. Leaves out daemons that do not answer within 10 seconds, processes that do
    /// not speak the protocol, and other users' processes.
    /// </remarks>
    /// <exception cref="DaemonAccessException">The runtime directory belongs to another user, is open to other users, or is not an absolute path.</exception>
    public static Task<IReadOnlyList<DaemonHandle>> ListAsync(string? runtimeDirectory = null, CancellationToken cancellationToken = default) =>
        BlockingThread.RunAsync<IReadOnlyList<DaemonHandle>>("DaemonRpc control", () => List(runtimeDirectory)).WaitAsync(cancellationToken);

    /// <summary>Finds one daemon. Returns null when none runs.</summary>
    /// <param name="id">The contract's id.</param>
    /// <param name="instance">The instance, or null for the unnamed one.</param>
    /// <param name="runtimeDirectory">The runtime directory to search, or null for the user's default.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="DaemonUnresponsiveException">The daemon is alive but does not answer within 10 seconds.</exception>
    /// <exception cref="DaemonAccessException">The runtime directory or the answering process belongs to another user.</exception>
    /// <exception cref="ArgumentException"><paramref name="id"/> is empty.</exception>
    public static Task<DaemonHandle?> FindAsync(
        string id, string? instance = null, string? runtimeDirectory = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        return BlockingThread.RunAsync("DaemonRpc control", () => Find(new DaemonAddress(id, instance ?? "", runtimeDirectory), new Deadline(s_limit))).WaitAsync(cancellationToken);
    }

    /// <summary>Stops a daemon and waits until it has gone. Returns at once when none runs.</summary>
    /// <param name="id">The contract's id.</param>
    /// <param name="instance">The instance, or null for the unnamed one.</param>
    /// <param name="force">Whether to end the daemon without waiting for its task, as in <see cref="DaemonHandle.StopAsync"/>.</param>
    /// <param name="runtimeDirectory">The daemon's runtime directory, or null for the user's default.</param>
    /// <param name="cancellationToken">Stops waiting; the daemon still stops.</param>
    /// <exception cref="DaemonUnresponsiveException">
    /// The daemon is alive but does not answer. With <paramref name="force"/>: it is uncertain which process it is, or it did not end.
    /// </exception>
    /// <exception cref="ArgumentException"><paramref name="id"/> is empty.</exception>
    public static Task StopAsync(
        string id, string? instance = null, bool force = false, string? runtimeDirectory = null, CancellationToken cancellationToken = default) =>
        Handle(id, instance, runtimeDirectory).StopAsync(force, cancellationToken);

    /// <summary>Reads the journal of an id and instance: when and why its daemons started and ended, oldest first. Works whether or not one runs.</summary>
    /// <param name="id">The contract's id.</param>
    /// <param name="instance">The instance, or null for the unnamed one.</param>
    /// <param name="runtimeDirectory">The daemon's runtime directory, or null for the user's default.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="IOException">The journal cannot be read.</exception>
    /// <exception cref="ArgumentException"><paramref name="id"/> is empty.</exception>
    public static Task<IReadOnlyList<DaemonJournalEntry>> ReadJournalAsync(
        string id, string? instance = null, string? runtimeDirectory = null, CancellationToken cancellationToken = default) =>
        Handle(id, instance, runtimeDirectory).ReadJournalAsync(cancellationToken);

    /// <summary>Creates a handle without contacting the daemon, which need not run or answer.</summary>
    private static DaemonHandle Handle(string id, string? instance, string? runtimeDirectory)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        var address = new DaemonAddress(id, instance ?? "", runtimeDirectory);
        var unknown = new Welcome { Id = id, Instance = address.Instance };
        return new DaemonHandle(new SocketDialer(address), address, s_limit, unknown, DaemonOrigin.Reused, "It was not asked.");
    }

    private static List<DaemonHandle> List(string? runtimeDirectory) => DaemonSearch.Run(
        [.. DaemonAddress.All(runtimeDirectory)], static (files, deadline) => MayLive(files) ? Find(files, deadline) : null, s_limit);

    private static bool MayLive(DaemonAddress files)
    {
        try
        {
            return InstanceLock.Probe(files.InstanceLockPath).IsHeld;
        }
        catch (IOException)
        {
            // The lock file belongs to another user or is not a regular file. A daemon may still listen at the socket beside it.
            return true;
        }
    }

    private static DaemonHandle? Find(DaemonAddress address, Deadline deadline)
    {
        using ClientSession? session = new SocketDialer(address).TryOpen(
            new Hello { Id = address.Id, Instance = address.Instance, Program = ContractIdentity.Program }, deadline);
        if (session is null)
        {
            return null;
        }

        Welcome welcome = session.Welcome;
        DaemonAddress named = address.Named(welcome.Id, welcome.Instance);
        return new DaemonHandle(new SocketDialer(named), named, s_limit, welcome, DaemonOrigin.Reused, "It was running.");
    }
}
