using System.ComponentModel;
using System.Runtime.CompilerServices;
using DaemonRpc.Calls;
using DaemonRpc.Host;
using DaemonRpc.Launch;
using DaemonRpc.Platform;
using DaemonRpc.Program;
using DaemonRpc.Protocol;
using DaemonRpc.Server;
using DaemonRpc.Transport;

namespace DaemonRpc.CodeGen;

/// <summary>A client's way to its daemon, whichever process that is at the time. Used by generated clients.</summary>
/// <remarks>Safe from any thread. Outlives its daemon: the next call finds or starts another.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class CallChannel : IAsyncDisposable
{
    private readonly ClientConnection _connection;

    private CallChannel(ClientConnection connection) => _connection = connection;

    /// <summary>The daemon this client talks to.</summary>
    public DaemonHandle Daemon => _connection.Daemon;

    internal ClientConnection Connection => _connection;

    /// <summary>Connects to whatever build of the daemon runs, or starts one.</summary>
    public static async Task<TClient> ConnectAsync<TClient>(
        DaemonContract contract, Func<CallChannel, TClient> create, DaemonClientOptions? options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(contract);
        ArgumentNullException.ThrowIfNull(create);
        WindowsDoor.Close();
        if (LaunchRequest.IsUnclaimed)
        {
            throw new InvalidOperationException(
                $"This process was started to be the daemon '{LaunchRequest.Current!.Message.Id}', but calls ConnectAsync before RunAsync: it would start itself again and again. "
                + "Begin the program with: if (…Daemon.IsRequested) return await …Daemon.RunAsync(…);");
        }

        DaemonClientOptions copy = (options ?? new DaemonClientOptions()).Copy();
        BuildIdentity build = ClientProgram.BuildOf(contract.Identity, copy.Launch);
        string variant = copy.VersionPolicy == VersionPolicy.SideBySide ? build.Key : "";
        var address = new DaemonAddress(contract.Id, copy.Instance, copy.RuntimeDirectory, variant + DaemonEnvironment.KeyOf(copy.LaunchEnvironment));
        var dialer = new SocketDialer(address);
        var connector = new DaemonConnector(address, dialer, LaunchProgram.From(copy.Launch, copy.LaunchEnvironment));
        var connection = new ClientConnection(
            contract.Identity,
            build,
            address,
            copy,
            (hello, reason) => connector.Connect(hello, reason, new Deadline(copy.StartTimeout)),
            (at, welcome, origin, reason) => new DaemonHandle(dialer, at, copy.StartTimeout, welcome, origin, reason),
            owned: null);
        try
        {
            _ = await connection.GetSessionAsync(cancellationToken).ConfigureAwait(false);
            return create(new CallChannel(connection));
        }
        catch
        {
            // Cancelled, the connecting goes on, and nobody would ever end what comes of it.
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Connects to a daemon in this process, made for this client alone.</summary>
    public static CallChannel ConnectInProcess<THandler>(DaemonContract contract, Func<DaemonContext, THandler> factory, Func<THandler, Dispatcher> dispatch)
    {
        ArgumentNullException.ThrowIfNull(contract);
        ArgumentNullException.ThrowIfNull(factory);
        ArgumentNullException.ThrowIfNull(dispatch);
        if (!PoolThreads.TryHave())
        {
            throw ThreadLimit.Exception();
        }

        var daemon = new InProcessDaemon(contract.Identity, DaemonHost.Adapt((context, _) => new ValueTask<THandler>(factory(context)), dispatch));
        var options = new DaemonClientOptions();
        var connection = new ClientConnection(
            contract.Identity,
            contract.Identity.Build,
            daemon.Address,
            options,
            (hello, _) => daemon.TryOpen(hello, new Deadline(options.StartTimeout)) is { } session
                ? new Connection(session, DaemonOrigin.InProcess, "ConnectInProcess was called.")
                : throw daemon.WhyEnded(),
            (at, welcome, origin, reason) => new DaemonHandle(daemon, at, options.StartTimeout, welcome, origin, reason),
            daemon);
        connection.ConnectNow();
        daemon.Begin();
        return new CallChannel(connection);
    }

    /// <summary>Begins a call.</summary>
    /// <param name="method">The id: a hash of name and parameter types.</param>
    /// <param name="name">The method's name for people, by default that of the caller, which implements it.</param>
    public CallRequest Request(uint method, [CallerMemberName] string name = "") => new(_connection.Request(method, name));

    /// <summary>Ends the connection, which cancels what still runs for this client. The daemon lives on.</summary>
    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}
