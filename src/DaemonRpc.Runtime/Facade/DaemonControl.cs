using DaemonRpc.Control;
using DaemonRpc.Journal;
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
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(10);

    // A daemon of another product that hangs must not hold up what has nothing to do with it.
    private static readonly TimeSpan s_variantTimeout = TimeSpan.FromSeconds(1);

    /// <summary>Lists this user's daemons that answer, of every product.</summary>
    /// <param name="runtimeDirectory">The runtime directory to search, or null for the user's default.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <remarks>
    /// Asks all daemons at the same time. Leaves out daemons that do not answer within 10 seconds, processes that do
    /// not speak the protocol, and other users' processes.
    /// </remarks>
    /// <exception cref="DaemonAccessException">The runtime directory belongs to another user, is open to other users, or is not an absolute path.</exception>
    public static Task<IReadOnlyList<DaemonHandle>> ListAsync(string? runtimeDirectory = null, CancellationToken cancellationToken = default) =>
        ListAsync(runtimeDirectory, s_timeout, cancellationToken);

    internal static Task<IReadOnlyList<DaemonHandle>> ListAsync(string? runtimeDirectory, TimeSpan timeout, CancellationToken cancellationToken) =>
        BlockingThread.RunAsync<IReadOnlyList<DaemonHandle>>("DaemonRpc control", () => Ask(DaemonAddress.All(runtimeDirectory), timeout)).WaitAsync(cancellationToken);

    /// <summary>Finds one daemon. Returns null when none runs.</summary>
    /// <param name="id">The contract's id.</param>
    /// <param name="instance">The instance, or null for the unnamed one.</param>
    /// <param name="runtimeDirectory">The runtime directory to search, or null for the user's default.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <remarks>
    /// Where clients gave a <see cref="DaemonClientOptions.LaunchEnvironment"/>, or <see cref="VersionPolicy.SideBySide"/>, an id and instance may have several
    /// daemons. This finds the one without either if it runs, otherwise any; <see cref="ListAsync(string?, CancellationToken)"/> has them all.
    /// </remarks>
    /// <exception cref="DaemonUnresponsiveException">The daemon without either is alive but does not answer within 10 seconds.</exception>
    /// <exception cref="DaemonAccessException">The runtime directory or the answering process belongs to another user.</exception>
    /// <exception cref="ArgumentException"><paramref name="id"/> is empty.</exception>
    public static Task<DaemonHandle?> FindAsync(
        string id, string? instance = null, string? runtimeDirectory = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        return BlockingThread.RunAsync("DaemonRpc control", () =>
        {
            var address = new DaemonAddress(id, instance ?? "", runtimeDirectory);
            return Find(address, new Deadline(s_timeout)) ?? Variants(address).FirstOrDefault();
        }).WaitAsync(cancellationToken);
    }

    /// <summary>Stops all daemons of an id and instance and waits until they have gone, also one that no longer answers. Succeeds when none runs.</summary>
    /// <param name="id">The contract's id.</param>
    /// <param name="instance">The instance, or null for the unnamed one.</param>
    /// <param name="force">As in <see cref="DaemonHandle.StopAsync"/>.</param>
    /// <param name="runtimeDirectory">The runtime directory to search, or null for the user's default.</param>
    /// <param name="cancellationToken">Stops waiting; the daemons still stop.</param>
    /// <remarks>
    /// There is more than one where clients gave a <see cref="DaemonClientOptions.LaunchEnvironment"/>, or <see cref="VersionPolicy.SideBySide"/>; of
    /// those, the ones that answer within a second are stopped.
    /// </remarks>
    /// <exception cref="DaemonUnresponsiveException">A daemon is alive but does not answer. With <paramref name="force"/>: it is uncertain which process it is, or it did not end.</exception>
    /// <exception cref="ArgumentException"><paramref name="id"/> is empty.</exception>
    public static async Task StopAsync(
        string id, string? instance = null, bool force = false, string? runtimeDirectory = null, CancellationToken cancellationToken = default)
    {
        DaemonHandle plain = Handle(id, instance, runtimeDirectory);
        List<DaemonHandle> variants = await BlockingThread.RunAsync("DaemonRpc control", () => Variants(new DaemonAddress(id, instance ?? "", runtimeDirectory)))
            .WaitAsync(cancellationToken).ConfigureAwait(false);
        await Task.WhenAll(variants.Append(plain).Select(daemon => daemon.StopAsync(force, cancellationToken))).ConfigureAwait(false);
    }

    /// <summary>Reads the journals of an id and instance: when and why all its daemons started and ended, oldest first. Works whether or not one runs.</summary>
    /// <param name="id">The contract's id.</param>
    /// <param name="instance">The instance, or null for the unnamed one.</param>
    /// <param name="runtimeDirectory">The daemon's runtime directory, or null for the user's default.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <remarks>
    /// There is more than one journal where clients gave a <see cref="DaemonClientOptions.LaunchEnvironment"/>, or <see cref="VersionPolicy.SideBySide"/>. Their
    /// entries are merged by time; <see cref="DaemonHandle.ReadJournalAsync"/> reads one daemon's alone.
    /// </remarks>
    /// <exception cref="IOException">A journal cannot be read.</exception>
    /// <exception cref="DaemonAccessException">The runtime directory belongs to another user, is open to other users, or is not an absolute path.</exception>
    /// <exception cref="ArgumentException"><paramref name="id"/> is empty.</exception>
    public static Task<IReadOnlyList<DaemonJournalEntry>> ReadJournalAsync(
        string id, string? instance = null, string? runtimeDirectory = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        return BlockingThread.RunAsync<IReadOnlyList<DaemonJournalEntry>>(
            "DaemonRpc control", () => JournalFile.ReadAll(new DaemonAddress(id, instance ?? "", runtimeDirectory).JournalPaths())).WaitAsync(cancellationToken);
    }

    /// <summary>Creates a handle without contacting the daemon, which need not run or answer.</summary>
    private static DaemonHandle Handle(string id, string? instance, string? runtimeDirectory)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        var address = new DaemonAddress(id, instance ?? "", runtimeDirectory);
        var unknown = new Welcome { Id = id, Instance = address.Instance };
        return new DaemonHandle(new SocketDialer(address), address, s_timeout, unknown, DaemonOrigin.Reused, "It was not asked.");
    }

    /// <summary>The other daemons of an id and instance: those that were given an environment, and those of one build each.</summary>
    private static List<DaemonHandle> Variants(DaemonAddress plain) =>
    [
        .. Ask(DaemonAddress.All(plain.Directory).Where(files => files.SocketPath != plain.SocketPath), s_variantTimeout)
            .Where(daemon => daemon.Id == plain.Id && daemon.Instance == plain.Instance),
    ];

    private static List<DaemonHandle> Ask(IEnumerable<DaemonAddress> all, TimeSpan timeout) =>
        DaemonSearch.Run([.. all], static (files, deadline) => MayLive(files) ? Find(files, deadline) : null, timeout);

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
        return new DaemonHandle(new SocketDialer(named), named, s_timeout, welcome, DaemonOrigin.Reused, "It was running.");
    }
}
