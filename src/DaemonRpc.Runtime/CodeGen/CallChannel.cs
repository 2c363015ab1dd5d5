using System.ComponentModel;
using System.Runtime.CompilerServices;
using DaemonRpc.Calls;
using DaemonRpc.Host;
using DaemonRpc.Launch;
using DaemonRpc.Platform;
using DaemonRpc.Program;
using DaemonRpc.Protocol;
using DaemonRpc.Server;
using DaemonRpc.Session;
using DaemonRpc.Telemetry;
using DaemonRpc.Transport;

namespace DaemonRpc.CodeGen;

/// <summary>Connects a generated client to whichever daemon process serves its contract at the time of a call.</summary>
/// <remarks>Safe from any thread. A channel outlives its daemon: the next call finds or starts another.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class CallChannel : IAsyncDisposable
{
    private readonly ClientConnection _connection;

    private CallChannel(ClientConnection connection) => _connection = connection;

    /// <summary>The daemon that this client calls.</summary>
    public DaemonHandle Daemon => _connection.Daemon;

    internal ClientConnection Connection => _connection;

    /// <summary>Connects to the running daemon, whatever its build, or starts one. Versions are compared at the first call.</summary>
    public static async Task<TClient> ConnectAsync<TClient>(
        DaemonContract contract, Func<CallChannel, TClient> create, DaemonClientOptions? options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(contract);
        ArgumentNullException.ThrowIfNull(create);
        Listening.Begin();
        DaemonClientOptions copy = (options ?? new DaemonClientOptions()).Copy();
        ClientConnection connection = copy.Site is ClientSite site ? Prepare(contract, copy, site) : Prepare(contract, copy);
        try
        {
            Task<ClientSession> connecting = connection.GetSessionAsync(cancellationToken);
            CallWatch.Prepare();
            _ = await connecting.ConfigureAwait(false);
            return create(new CallChannel(connection));
        }
        catch
        {
            // A cancelled connection attempt runs on in the background. Disposing closes the session it may still produce.
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static ClientConnection Prepare(DaemonContract contract, DaemonClientOptions options)
    {
        WindowsDoor.Close();
        if (LaunchRequest.IsUnclaimed)
        {
            throw new InvalidOperationException(
                $"This process was started to be the daemon '{LaunchRequest.Current!.Message.Id}', but calls ConnectAsync before RunAsync: it would start itself again and again. "
                + "Begin the program with: if (…Daemon.IsRequested) return await …Daemon.RunAsync(…);");
        }

        options.Launch = ClientProgram.LaunchOf(contract.Identity, options.Launch);
        BuildIdentity build = ClientProgram.BuildOf(contract.Identity, options.Launch);
        var address = new DaemonAddress(contract.Id, options.Instance, options.RuntimeDirectory, VariantOf(build, options));
        var dialer = new SocketDialer(address);
        var connector = new DaemonConnector(address, dialer, LaunchProgram.From(options.Launch, options.LaunchEnvironment));
        return new ClientConnection(
            contract.Identity,
            build,
            address,
            options,
            (hello, reason) => connector.Connect(hello, reason, new Deadline(options.StartTimeout)),
            (at, welcome, origin, reason) => new DaemonHandle(dialer, at, options.StartTimeout, welcome, origin, reason),
            owned: null);
    }

    /// <summary>Prepares a connection to a daemon that is no process of its own.</summary>
    private static ClientConnection Prepare(DaemonContract contract, DaemonClientOptions options, ClientSite site)
    {
        // Client and daemon run one program, so what can differ is the build of the contract.
        BuildIdentity build = contract.Identity.Build;
        var address = DaemonAddress.InProcess(contract.Id, options.Instance, VariantOf(build, options));
        IDaemonDialer dialer = site.DialerTo(address);
        return new ClientConnection(
            contract.Identity,
            build,
            address,
            options,
            (hello, reason) => site.Connect(address, hello, reason, options.Launch.Kind != DaemonLaunchKind.None, new Deadline(options.StartTimeout)),
            (at, welcome, origin, reason) => new DaemonHandle(dialer, at, options.StartTimeout, welcome, origin, reason),
            owned: null);
    }

    private static string VariantOf(BuildIdentity build, DaemonClientOptions options) =>
        (options.VersionPolicy == VersionPolicy.SideBySide ? build.Key : "") + DaemonEnvironment.KeyOf(options.LaunchEnvironment);

    /// <summary>Creates a daemon in this process, used by this client alone, and connects to it.</summary>
    public static CallChannel ConnectInProcess<THandler>(
        DaemonContract contract, Func<DaemonContext, THandler> factory, Func<THandler, Dispatcher> dispatch, DaemonClientOptions? options)
    {
        ArgumentNullException.ThrowIfNull(contract);
        ArgumentNullException.ThrowIfNull(factory);
        ArgumentNullException.ThrowIfNull(dispatch);
        if (!PoolThreads.TryHave())
        {
            throw ThreadLimit.Exception();
        }

        DaemonClientOptions copy = (options ?? new DaemonClientOptions()).Copy();
        var daemon = new InProcessDaemon(contract.Identity, copy.Instance, DaemonHost.Adapt((context, _) => new ValueTask<THandler>(factory(context)), dispatch));
        var connection = new ClientConnection(
            contract.Identity,
            contract.Identity.Build,
            daemon.Address,
            copy,
            (hello, _) => daemon.TryOpen(hello, new Deadline(copy.StartTimeout)) is { } session
                ? new Connection(session, DaemonOrigin.InProcess, "ConnectInProcess was called.")
                : throw daemon.WhyEnded(),
            (at, welcome, origin, reason) => new DaemonHandle(daemon, at, copy.StartTimeout, welcome, origin, reason),
            daemon);
        connection.ConnectNow();
        daemon.Begin();
        return new CallChannel(connection);
    }

    /// <summary>Begins a call.</summary>
    /// <param name="method">The method's id: a hash of its name and parameter types.</param>
    /// <param name="name">The method's name for people, by default the name of the calling member, which implements the method.</param>
    public CallRequest Request(uint method, [CallerMemberName] string name = "") => new(_connection.Request(method, name));

    /// <summary>Closes the connection, which cancels the client's running calls. The daemon keeps running.</summary>
    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}
