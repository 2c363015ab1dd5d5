using System.Globalization;
using DaemonRpc.Framing;
using DaemonRpc.Journal;
using DaemonRpc.Launch;
using DaemonRpc.Logging;
using DaemonRpc.Program;
using DaemonRpc.Protocol;
using DaemonRpc.Server;
using DaemonRpc.Session;
using DaemonRpc.Telemetry;
using DaemonRpc.Transport;
using Microsoft.Extensions.Logging;

namespace DaemonRpc.Calls;

/// <summary>A client's connection to its daemon, which may be another process at each call. Gives calls their sessions.</summary>
/// <remarks>Safe from any thread. Outlives its daemon: the next call finds or starts another.</remarks>
/// <param name="contract">The contract that the daemon serves.</param>
/// <param name="build">The build that the client's requests carry.</param>
/// <param name="address">The daemon's address.</param>
/// <param name="options">A copy of the user's options.</param>
/// <param name="connect">Finds or starts a daemon. Blocks.</param>
/// <param name="makeHandle">Creates the user's handle of the first daemon; later daemons update it.</param>
/// <param name="owned">The in-process daemon, which ends with the client; null when the daemon is another process.</param>
internal sealed class ClientConnection(
    ContractIdentity contract,
    BuildIdentity build,
    DaemonAddress address,
    DaemonClientOptions options,
    Func<Hello, LaunchReason, Connection> connect,
    Func<DaemonAddress, Welcome, DaemonOrigin, string, DaemonHandle> makeHandle,
    IAsyncDisposable? owned) : IAsyncDisposable
{
    private const int MostRequestsKept = 16;

    private readonly Lock _gate = new();
    private Task<Connection>? _connecting;
    private DaemonHandle? _daemon;
    private bool _replacing;
    private string? _typeName;
    private string _reason = "None was running.";
    private volatile bool _disposed;

    /// <summary>The user's handle of the daemon.</summary>
    public DaemonHandle Daemon => _daemon ?? throw new InvalidOperationException("The client is not connected yet.");

    /// <summary>The daemon's process; 0 while the client is not connected yet.</summary>
    public int ProcessId => _daemon?.ProcessId ?? 0;

    /// <summary>The build that this client's requests carry.</summary>
    public BuildIdentity Build => build;

    /// <summary>The forms in which this build understands the methods, if a daemon of another build may be called; otherwise null.</summary>
    public MethodTable? Methods { get; } = options.VersionPolicy == VersionPolicy.Compatible ? contract.Methods : null;

    public DaemonAddress Address => address;

    public DaemonClientOptions Options => options;

    /// <summary>Receives what the client's tasks log; null if the caller did not ask for it.</summary>
    public TaskLog? TaskLog { get; } = TaskLog.Of(contract.Id, options);

    /// <summary>Call objects that are free for reuse.</summary>
    public Pool<OutgoingCall> Requests { get; } = new(MostRequestsKept);

    /// <summary>The session for new calls, or null when none is open.</summary>
    public ClientSession? OpenSession
    {
        get
        {
            lock (_gate)
            {
                return _connecting is { IsCompletedSuccessfully: true } current && current.Result.Session is { IsOpen: true } session ? session : null;
            }
        }
    }

    /// <summary>Whether the client was disposed, which ends its calls.</summary>
    public bool IsDisposed => _disposed;

    /// <summary>Begins a call.</summary>
    public OutgoingCall Request(uint method, string name) => (Requests.Take() ?? new OutgoingCall(this)).Begin(method, name);

    /// <summary>Begins to observe a call, for listeners. Its span is current from now on, in the calling asynchronous method.</summary>
    public CallWatch Watch(string method) => CallWatch.BeginClient(FullNameOf(method), address.HasFiles ? address.SocketPath : null);

    /// <summary>The full name of a method, for listeners.</summary>
    public string FullNameOf(string method) => $"{_typeName ??= contract.TypeName}/{method}";

    /// <summary>Connects on this thread, to an in-process daemon.</summary>
    public void ConnectNow()
    {
        Connection connection = Open(MakeHello(), LaunchReason.Ours(DaemonJournalEvent.Started, ""));
        connection.Session.StartReading();
        _connecting = Task.FromResult(connection);
        _ = Note(connection);
    }

    /// <summary>Closes the connection, which cancels the client's running calls. The daemon keeps running.</summary>
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
                // Returns only after each open call has been told.
                _ = await session.Ended.ConfigureAwait(false);
            }
        }
        else if (connecting is not null)
        {
            _ = connecting.ContinueWith(
                static late => late.Result.Session.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
        }

        if (owned is not null)
        {
            await owned.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Returns the open session, or a new one. Concurrent callers share one connection attempt.</summary>
    public async Task<ClientSession> GetSessionAsync(CancellationToken cancellationToken)
    {
        Task<Connection> connecting;
        lock (_gate)
        {
            if (_disposed)
            {
                throw new ObjectDisposedException(null, $"The client of the daemon {address} was disposed. Make a new client.");
            }

            if (_connecting is null || _connecting.IsFaulted || (_connecting.IsCompletedSuccessfully && !_connecting.Result.Session.IsOpen))
            {
                Hello hello = MakeHello();
                LaunchReason reason = LaunchReason.Ours(_replacing ? DaemonJournalEvent.Replaced : DaemonJournalEvent.Started, _reason);
                var context = new CallersContext();
                _connecting = BlockingThread.RunAsync("DaemonRpc client", () => context.Run(() => Connect(hello, reason)), static connection => connection.Session.Read());
            }

            connecting = _connecting;
        }

        return (await connecting.WaitAsync(cancellationToken).ConfigureAwait(false)).Session;
    }

    /// <summary>Drops a session that has ended.</summary>
    /// <param name="session">The session. Nothing happens if another one has replaced it.</param>
    /// <param name="reason">The reason for starting a daemon if none runs, for its journal.</param>
    /// <param name="replaced">Whether the daemon is about to be replaced for this client.</param>
    public void Drop(ClientSession session, string reason, bool replaced = false)
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
                _daemon = makeHandle(address, connection.Session.Welcome, origin, connection.Reason);
            }
            else
            {
                _daemon.Update(connection.Session.Welcome, origin, connection.Reason);
            }
        }

        if (options.LoggerFactory is { } loggers)
        {
            LogMessages.Connected(loggers.CreateLogger("DaemonRpc"), address.ToString(), connection.Session.Welcome.ProcessId, connection.Origin, connection.Reason);
        }

        return connection;
    }

    private Connection Connect(Hello hello, LaunchReason reason)
    {
        Connection connection = Open(hello, reason);
        try
        {
            return Note(connection);
        }
        catch
        {
            // The user's logger failed, and nobody else would close the connection.
            connection.Session.Dispose();
            throw;
        }
    }

    private Connection Open(Hello hello, LaunchReason reason)
    {
        Connection connection = connect(hello, reason);
        if (contract.PassesDescriptors)
        {
            connection.Session.AcceptDescriptors();
        }

        return connection;
    }

    private Hello MakeHello()
    {
        var hello = new Hello
        {
            Id = contract.Id,
            Instance = options.Instance,
            Contract = contract.Name,
            Program = ContractIdentity.Program,
            Build = build,
            ForCalls = true,
            ConnectionKey = Random.Shared.NextInt64(),
            Policy = options.VersionPolicy,
            BusyTimeout = new Deadline(options.BusyTimeout).LeftMilliseconds,
            TaskLogLevel = TaskLog?.Least ?? LogLevel.None,
            Methods = Methods?.Fingerprints is { Length: <= FingerprintList.Most } fingerprints ? fingerprints : [],
            WorkingDirectory = ClientProgram.WorkingDirectory,
            CultureName = CultureInfo.CurrentCulture.Name,
            Environment = CallerEnvironment.Capture(options.ForwardEnvironment),
        };

        // A daemon without a process of its own always belongs to this program, whatever happened to its files.
        return owned is null && options.Site is null ? ClientProgram.Describe(hello, options.Launch) : hello;
    }
}
