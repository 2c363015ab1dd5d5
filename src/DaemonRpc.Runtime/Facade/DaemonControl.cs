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

    private static readonly TimeSpan s_reportTimeout = TimeSpan.FromSeconds(1);

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

    /// <summary>Asks every daemon of the user, of every product, what it does, and reports each as soon as it answers. Reports also those that do not answer.</summary>
    /// <param name="timeout">How long each daemon may take to answer; one second by default.</param>
    /// <param name="includeEnded">Whether to report daemons that have ended, too, as far as their files are still there.</param>
    /// <param name="runtimeDirectory">The runtime directory to search, or null for the user's default.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <remarks>
    /// Asks up to 64 daemons at the same time: one that hangs delays no other. A daemon that is starting or leaving, and cannot be asked yet or any more, is
    /// waited for until the timeout.
    /// </remarks>
    /// <exception cref="DaemonAccessException">The runtime directory belongs to another user, is open to other users, or is not an absolute path.</exception>
    public static IAsyncEnumerable<DaemonReport> ReportAsync(
        TimeSpan? timeout = null, bool includeEnded = false, string? runtimeDirectory = null, CancellationToken cancellationToken = default) =>
        new DaemonSurvey(runtimeDirectory, timeout ?? s_reportTimeout, s_timeout, includeEnded).RunAsync(cancellationToken);

    /// <summary>Removes what daemons that do not run have left: the sockets of killed ones and, if asked, logs and journals that are no longer written.</summary>
    /// <param name="unusedFor">
    /// Removes the logs and journals of daemons that do not run and have written nothing for so long; null, the default, removes none.
    /// </param>
    /// <param name="dryRun">Whether to return the paths without removing the files.</param>
    /// <param name="runtimeDirectory">The runtime directory, or null for the user's default.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The paths of the removed files.</returns>
    /// <remarks>
    /// Takes the locks that a starting daemon takes, so that it never touches the files of a daemon that runs or is being started. Nothing needs to be
    /// pruned: the next daemon uses the files again. Lock files are never removed, because a lock on a re-created file excludes nobody.
    /// </remarks>
    /// <exception cref="DaemonAccessException">The runtime directory belongs to another user, is open to other users, or is not an absolute path.</exception>
    public static Task<IReadOnlyList<string>> PruneAsync(
        TimeSpan? unusedFor = null, bool dryRun = false, string? runtimeDirectory = null, CancellationToken cancellationToken = default) =>
        BlockingThread.RunAsync<IReadOnlyList<string>>("DaemonRpc control", () => new StaleFiles(unusedFor, dryRun).Remove(runtimeDirectory)).WaitAsync(cancellationToken);

    /// <summary>Returns the path of the runtime directory. Neither creates nor checks it.</summary>
    /// <param name="runtimeDirectory">The runtime directory that would be given to other methods, or null for the user's default.</param>
    /// <exception cref="DaemonAccessException">The path is not absolute, or no folder is safe enough to be the default.</exception>
    public static string GetRuntimeDirectory(string? runtimeDirectory = null) => RuntimeDirectory.Resolve(runtimeDirectory);

    /// <summary>Returns the path of a daemon's socket, for a service manager that makes the socket (<c>ListenStream=</c> of systemd). Neither creates nor checks it.</summary>
    /// <param name="id">The contract's id.</param>
    /// <param name="instance">The instance, or null for the unnamed one.</param>
    /// <param name="runtimeDirectory">The daemon's runtime directory, or null for the user's default.</param>
    /// <exception cref="DaemonAccessException">The runtime directory's path is not absolute, or no folder is safe enough to be the default.</exception>
    /// <exception cref="ArgumentException"><paramref name="id"/> is empty.</exception>
    public static string GetSocketPath(string id, string? instance = null, string? runtimeDirectory = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        return new DaemonAddress(id, instance ?? "", runtimeDirectory).SocketPath;
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
