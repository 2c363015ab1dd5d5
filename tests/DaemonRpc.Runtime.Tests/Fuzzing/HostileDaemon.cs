using DaemonRpc.Framing;
using DaemonRpc.Transport;

namespace DaemonRpc.Runtime.Tests.Fuzzing;

/// <summary>A daemon that says anything to a real client. The client's call ends, with a documented exception if not well, and the next one reaches an honest daemon.</summary>
internal sealed class HostileDaemon : FuzzTarget
{
    private static readonly TimeSpan s_silence = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan s_longSilence = TimeSpan.FromMilliseconds(20);

    // A client that repeats its call, or asks again, meets the same again, and then nobody.
    private const int MostConnections = 3;

    private World? _world;

    public override string Name => "daemon";

    public override IReadOnlyList<FuzzSeed> Seeds => DaemonSeeds.All;

    public override string Run(FuzzInput input, FuzzEnd end, string? brings)
    {
        World world = _world ??= new World();
        var client = new FuzzClient(world.Folder);
        string came;
        try
        {
            world.BeginHostile(input, end, brings is null ? s_longSilence : FuzzLimits.Wait);
            came = Outcome(client.RunAsync(input.Scenario));
            world.BeginHonest();
            FuzzLimits.Until(() => client.IsAtRest, static () => "The caller's own code still runs for a call that has ended.");
            Task<string> next = client.EchoAsync("on");
            Assert.True(next.Wait(FuzzLimits.Wait), "The client's next call does not end.");
            Assert.Equal("on", next.Result);
        }
        finally
        {
            Assert.True(client.DisposeAsync().AsTask().Wait(FuzzLimits.Wait), "The client cannot be disposed.");
        }

        return came;
    }

    public override void Rest()
    {
        _world?.Dispose();
        _world = null;
    }

    /// <summary>Whether docs/reference/exceptions.md names it; or the caller's own code has thrown it, or a file that the daemon has passed.</summary>
    private static bool IsPromised(Exception exception) => exception is DaemonException or DaemonTaskCanceledException or DaemonTimeoutException or InvalidDataException or IOException;

    private static string Outcome(Task<string> call)
    {
        try
        {
            Assert.True(((IAsyncResult)call).AsyncWaitHandle.WaitOne(FuzzLimits.Wait), "The client's call does not end, although the daemon has ended the connection.");
            return call.GetAwaiter().GetResult();
        }
        catch (Exception exception) when (IsPromised(exception))
        {
            return $"{exception.GetType().Name} {HostileClient.Generally(exception.Message)}";
        }
    }

    /// <summary>The socket at which first the hostile daemon answers, and then an honest one.</summary>
    private sealed class World : IDisposable
    {
        private readonly TemporaryFolder _folder = new();
        private readonly FuzzServer _honest = new(FuzzDispatcher.Contract.Identity, ready: true);
        private readonly UnixSocketListener _listener;
        private readonly Thread _thread;
        private readonly Lock _gate = new();
        private (FuzzInput Input, FuzzEnd End, TimeSpan Patience)? _hostile;
        private int _connections;

        public World()
        {
            _listener = UnixSocketListener.Publish(FuzzClient.AddressIn(_folder.Path).SocketPath);
            _thread = new Thread(AcceptAll) { Name = "fuzz daemon" };
            _thread.Start();
        }

        public string Folder => _folder.Path;

        /// <param name="input">What the daemon says.</param>
        /// <param name="end">How it ends each connection.</param>
        /// <param name="patience">How long it waits where an honest daemon would wait for the client.</param>
        public void BeginHostile(FuzzInput input, FuzzEnd end, TimeSpan patience)
        {
            lock (_gate)
            {
                (_hostile, _connections) = ((input, end, patience), 0);
            }
        }

        /// <summary>Returns when the hostile daemon has closed its connections.</summary>
        public void BeginHonest()
        {
            lock (_gate)
            {
                _hostile = null;
            }
        }

        public void Dispose()
        {
            _listener.Dispose();
            _thread.Join();
            _honest.Dispose();
            _folder.Dispose();
        }

        private void AcceptAll()
        {
            while (_listener.Accept() is { } channel)
            {
                lock (_gate)
                {
                    if (_hostile is not var (input, end, patience))
                    {
                        _honest.Accept(channel);
                        continue;
                    }

                    using (channel)
                    {
                        if (++_connections <= MostConnections)
                        {
                            Talk(channel, input, end, patience);
                        }
                    }
                }
            }
        }

        private static void Talk(SocketChannel channel, FuzzInput input, FuzzEnd end, TimeSpan patience)
        {
            using var passed = new PassedThings();
            var reader = new FrameReader(channel) { MaxPayloadBytes = FrameLimits.Default };
            try
            {
                foreach (FuzzStep step in input.Steps)
                {
                    if (step.IsAwait)
                    {
                        channel.SilenceTimeout = patience;
                        _ = reader.TryRead(out _, out _);
                    }
                    else if (!HostileClient.TrySend(channel, step, passed))
                    {
                        return;
                    }
                }

                channel.SilenceTimeout = s_silence;
                while (end == FuzzEnd.Lingers && reader.TryRead(out _, out _))
                {
                }
            }
            catch (IOException)
            {
                // The client has ended the connection.
            }
        }
    }
}
