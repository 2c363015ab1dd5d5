using DaemonRpc.Control;
using DaemonRpc.Launch;
using DaemonRpc.Program;
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

    // A daemon of another product that hangs must not hold up what has nothing to do with it.
    private static readonly TimeSpan s_variantLimit = TimeSpan.FromSeconds(1);

    /// <summary>All daemons of this user that answer, of every product.</summary>
    /// <param name="runtimeDirectory">Where to look, or null for the user's default.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <remarks>
    /// All are asked at the same time. What does not answer within 10 seconds, or not as a daemon does, or is another user's, is left out.
    /// </remarks>
    /// <exception cref="DaemonAccessException">The folder is somebody else's, or open to others.</exception>
    public static Task<IReadOnlyList<DaemonHandle>> ListAsync(string? runtimeDirectory = null, CancellationToken cancellationToken = default) =>
        BlockingThread.RunAsync<IReadOnlyList<DaemonHandle>>("DaemonRpc control", () => List(runtimeDirectory)).WaitAsync(cancellationToken);

    /// <summary>One daemon, or null when none runs.</summary>
    /// <param name="id">The contract's id.</param>
    /// <param name="instance">The instance, or null for the one without a name.</param>
    /// <param name="runtimeDirectory">Where to look, or null for the user's default.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <remarks>
    /// Where clients gave a <see cref="DaemonClientOptions.LaunchEnvironment"/>, or <see cref="VersionPolicy.SideBySide"/>, an id and instance may have several
    /// daemons. This finds the one without either if it runs, otherwise any; <see cref="ListAsync"/> has them all.
    /// </remarks>
    /// <exception cref="DaemonUnresponsiveException">The daemon without either is alive but does not answer.</exception>
    public static Task<DaemonHandle?> FindAsync(
        string id, string? instance = null, string? runtimeDirectory = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        return BlockingThread.RunAsync("DaemonRpc control", () =>
        {
            var address = new DaemonAddress(id, instance ?? "", runtimeDirectory);
            return Find(address, new Deadline(s_limit)) ?? Variants(address).FirstOrDefault();
        }).WaitAsync(cancellationToken);
    }

    /// <summary>Stops all daemons of an id and instance and waits until they have gone, also one that no longer answers. Succeeds when none runs.</summary>
    /// <param name="id">The contract's id.</param>
    /// <param name="instance">The instance, or null for the one without a name.</param>
    /// <param name="force">As in <see cref="DaemonHandle.StopAsync"/>.</param>
    /// <param name="runtimeDirectory">Where to look, or null for the user's default.</param>
    /// <param name="cancellationToken">Ends the waiting, not the stopping.</param>
    /// <remarks>
    /// There is more than one where clients gave a <see cref="DaemonClientOptions.LaunchEnvironment"/>, or <see cref="VersionPolicy.SideBySide"/>; of
    /// those, the ones that answer within a second are stopped.
    /// </remarks>
    /// <exception cref="DaemonUnresponsiveException">One is alive but does not answer; with force, it is not certain which process it is.</exception>
    public static async Task StopAsync(
        string id, string? instance = null, bool force = false, string? runtimeDirectory = null, CancellationToken cancellationToken = default)
    {
        DaemonHandle plain = Handle(id, instance, runtimeDirectory);
        List<DaemonHandle> variants = await BlockingThread.RunAsync("DaemonRpc control", () => Variants(new DaemonAddress(id, instance ?? "", runtimeDirectory)))
            .WaitAsync(cancellationToken).ConfigureAwait(false);
        await Task.WhenAll(variants.Append(plain).Select(daemon => daemon.StopAsync(force, cancellationToken))).ConfigureAwait(false);
    }

    /// <summary>When and why an id's daemons began to serve and left, oldest first, whether one runs or not.</summary>
    /// <param name="id">The contract's id.</param>
    /// <param name="instance">The instance, or null for the one without a name.</param>
    /// <param name="runtimeDirectory">Where to look, or null for the user's default.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="IOException">The journal cannot be read.</exception>
    public static Task<IReadOnlyList<DaemonJournalEntry>> ReadJournalAsync(
        string id, string? instance = null, string? runtimeDirectory = null, CancellationToken cancellationToken = default) =>
        Handle(id, instance, runtimeDirectory).ReadJournalAsync(cancellationToken);

    /// <summary>A handle for a daemon that need not run, nor answer.</summary>
    private static DaemonHandle Handle(string id, string? instance, string? runtimeDirectory)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        var address = new DaemonAddress(id, instance ?? "", runtimeDirectory);
        var unknown = new Welcome { Id = id, Instance = address.Instance };
        return new DaemonHandle(new SocketDialer(address), address, s_limit, unknown, DaemonOrigin.Reused, "It was not asked.");
    }

    private static List<DaemonHandle> List(string? runtimeDirectory) => Ask(DaemonAddress.All(runtimeDirectory), s_limit);

    /// <summary>The other daemons of an id and instance: those that were given an environment, and those of one build each.</summary>
    private static List<DaemonHandle> Variants(DaemonAddress plain) =>
    [
        .. Ask(DaemonAddress.All(plain.Directory).Where(files => files.SocketPath != plain.SocketPath), s_variantLimit)
            .Where(daemon => daemon.Id == plain.Id && daemon.Instance == plain.Instance),
    ];

    private static List<DaemonHandle> Ask(IEnumerable<DaemonAddress> all, TimeSpan limit) =>
        DaemonSearch.Run([.. all], static (files, deadline) => MayLive(files) ? Find(files, deadline) : null, limit);

    private static bool MayLive(DaemonAddress files)
    {
        try
        {
            return InstanceLock.Probe(files.InstanceLockPath).IsHeld;
        }
        catch (IOException)
        {
            // The file is somebody else's, or no file. Whoever listens at the socket beside it, if anybody, is looked at all the same.
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
