using System.ComponentModel;
using System.Globalization;
using DaemonRpc.Lifecycle;
using DaemonRpc.Platform;
using DaemonRpc.Protocol;
using DaemonRpc.Session;
using DaemonRpc.Transport;

namespace DaemonRpc.CodeGen;

/// <summary>A client's way to its daemon, whichever process that is at the time. Used by generated clients.</summary>
/// <remarks>Safe from any thread. Outlives its daemon: the next call finds or starts another.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class CallChannel : IAsyncDisposable
{
    private const int MostRequestsKept = 16;

    private readonly Lock _gate = new();
    private readonly Func<Hello, LaunchReason, Connection> _connect;
    private readonly Func<DaemonAddress, Welcome, DaemonOrigin, string, DaemonHandle> _makeHandle;
    private readonly IAsyncDisposable? _owned;
    private Task<Connection>? _connecting;
    private DaemonHandle? _daemon;
    private bool _replacing;
    private string _reason = "None was running.";
    private bool _disposed;

    private CallChannel(
        ContractIdentity contract,
        BuildIdentity build,
        DaemonAddress address,
        DaemonClientOptions options,
        Func<Hello, LaunchReason, Connection> connect,
        Func<DaemonAddress, Welcome, DaemonOrigin, string, DaemonHandle> makeHandle,
        IAsyncDisposable? owned)
    {
        Contract = contract;
        Build = build;
        Address = address;
        Options = options;
        _connect = connect;
        _makeHandle = makeHandle;
        _owned = owned;
    }

    /// <summary>The daemon this client talks to.</summary>
    public DaemonHandle Daemon => _daemon ?? throw new InvalidOperationException("The client is not connected yet.");

    internal ContractIdentity Contract { get; }

    /// <summary>What this client's requests say it is.</summary>
    internal BuildIdentity Build { get; }

    internal DaemonAddress Address { get; }

    internal DaemonClientOptions Options { get; }

    /// <summary>Those that wait for a call to serve.</summary>
    internal Pool<CallRequest> Requests { get; } = new(MostRequestsKept);

    /// <summary>The session that new calls go over, or null when there is none at the moment.</summary>
    internal ClientSession? OpenSession
    {
        get
        {
            lock (_gate)
            {
                return _connecting is { IsCompletedSuccessfully: true } current && current.Result.Session is { IsOpen: true } session ? session : null;
            }
        }
    }

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
        var channel = new CallChannel(
            contract.Identity,
            build,
            address,
            copy,
            (hello, reason) => connector.Connect(hello, reason, new Deadline(copy.StartTimeout)),
            (at, welcome, origin, reason) => new DaemonHandle(dialer, at, copy.StartTimeout, welcome, origin, reason),
            owned: null);
        try
        {
            _ = await channel.GetSessionAsync(cancellationToken).ConfigureAwait(false);
            return create(channel);
        }
        catch
        {
            // Cancelled, the connecting goes on, and nobody would ever end what comes of it.
            await channel.DisposeAsync().ConfigureAwait(false);
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
        var channel = new CallChannel(
            contract.Identity,
            contract.Identity.Build,
            daemon.Address,
            options,
            (hello, _) => daemon.TryOpen(hello, new Deadline(options.StartTimeout)) is { } session
                ? new Connection(session, DaemonOrigin.InProcess, "ConnectInProcess was called.")
                : throw daemon.WhyEnded(),
            (at, welcome, origin, reason) => new DaemonHandle(daemon, at, options.StartTimeout, welcome, origin, reason),
            daemon);
        Connection connection = channel._connect(channel.MakeHello(), LaunchReason.Ours(DaemonJournalEvent.Started, ""));
        connection.Session.StartReading();
        channel._connecting = Task.FromResult(connection);
        channel.Note(connection);
        daemon.Begin();
        return channel;
    }

    /// <summary>Begins a call.</summary>
    public CallRequest Request(uint method, string name) => (Requests.Take() ?? new CallRequest(this)).Begin(method, name);

    /// <summary>Ends the connection, which cancels what still runs for this client. The daemon lives on.</summary>
    public async ValueTask DisposeAsync()
    {
        Task<Connection>? connecting;
        lock (_gate)
        {
            _disposed = true;
            connecting = _connecting;
            _connecting = null;
        }

        if (connecting is { IsCompletedSuccessfully: true })
        {
            ClientSession session = (await connecting.ConfigureAwait(false)).Session;
            session.Dispose();
            if (session.HasCalls)
            {
                // Each of them is told before this ends.
                _ = await session.Ended.ConfigureAwait(false);
            }
        }
        else if (connecting is not null)
        {
            _ = connecting.ContinueWith(
                static late => late.Result.Session.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
        }

        if (_owned is not null)
        {
            await _owned.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>The open session, or a new one. All callers that need a new one share it.</summary>
    internal async Task<ClientSession> GetSessionAsync(CancellationToken cancellationToken)
    {
        Task<Connection> connecting;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_connecting is null || _connecting.IsFaulted || (_connecting.IsCompletedSuccessfully && !_connecting.Result.Session.IsOpen))
            {
                Hello hello = MakeHello();
                LaunchReason reason = LaunchReason.Ours(_replacing ? DaemonJournalEvent.Replaced : DaemonJournalEvent.Started, _reason);
                _connecting = BlockingThread.RunAsync("DaemonRpc client", () => Connect(hello, reason), static connection => connection.Session.Read());
            }

            connecting = _connecting;
        }

        return (await connecting.WaitAsync(cancellationToken).ConfigureAwait(false)).Session;
    }

    /// <summary>Forgets a session that has ended.</summary>
    /// <param name="session">The session; nothing happens when another has taken its place.</param>
    /// <param name="reason">Why a daemon will be started, should none run.</param>
    /// <param name="replaced">Whether the daemon is about to be replaced for this client.</param>
    internal void Drop(ClientSession session, string reason, bool replaced = false)
    {
        lock (_gate)
        {
            if (_connecting is { IsCompletedSuccessfully: true } current && current.Result.Session == session)
            {
                _connecting = null;
                _reason = reason;
                _replacing = replaced;
            }
        }
    }

    private Connection Note(Connection connection)
    {
        lock (_gate)
        {
            DaemonOrigin origin = _replacing && connection.Origin == DaemonOrigin.Started ? DaemonOrigin.Replaced : connection.Origin;
            _replacing = false;
            if (_daemon is null)
            {
                _daemon = _makeHandle(Address, connection.Session.Welcome, origin, connection.Reason);
            }
            else
            {
                _daemon.Update(connection.Session.Welcome, origin, connection.Reason);
            }
        }

        if (Options.LoggerFactory is { } loggers)
        {
            LogMessages.Connected(loggers.CreateLogger("DaemonRpc"), Address.ToString(), connection.Session.Welcome.ProcessId, connection.Origin, connection.Reason);
        }

        return connection;
    }

    private Connection Connect(Hello hello, LaunchReason reason)
    {
        Connection connection = _connect(hello, reason);
        try
        {
            return Note(connection);
        }
        catch
        {
            // The user's logger failed. Nobody would ever end the connection.
            connection.Session.Dispose();
            throw;
        }
    }

    private Hello MakeHello()
    {
        var hello = new Hello
        {
            Id = Contract.Id,
            Instance = Options.Instance,
            Contract = Contract.Name,
            Program = ContractIdentity.Program,
            Build = Build,
            ForCalls = true,
            ConnectionKey = Random.Shared.NextInt64(),
            Policy = Options.VersionPolicy,
            BusyWait = new Deadline(Options.BusyWait).LeftMilliseconds,
            WorkingDirectory = ClientProgram.WorkingDirectory,
            CultureName = CultureInfo.CurrentCulture.Name,
            Environment = CallerEnvironment.Capture(Options.ForwardEnvironment),
        };

        // A daemon in this process is of this program, whatever has become of its files.
        return _owned is null ? ClientProgram.Describe(hello, Options.Launch) : hello;
    }
}
