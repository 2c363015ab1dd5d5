using DaemonRpc.CodeGen;
using DaemonRpc.Framing;
using DaemonRpc.Launch;
using DaemonRpc.Protocol;
using DaemonRpc.Transport;

namespace DaemonRpc.Runtime.Tests.Infrastructure;

/// <summary>A daemon's socket, behind which the test says what the daemon does.</summary>
internal sealed class ScriptedDaemon : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly UnixSocketListener _listener;

    public ScriptedDaemon() =>
        _listener = UnixSocketListener.Publish(new DaemonAddress(SampleDispatcher.Contract.Id, "", _folder.Path).SocketPath);

    /// <summary>A client, and the daemon's end of its connection.</summary>
    public async Task<(SampleClient Client, ScriptedPeer Daemon)> ConnectAsync(
        DaemonClientOptions options, int protocol = ProtocolVersion.Current, DaemonContract? contract = null)
    {
        options.RuntimeDirectory = _folder.Path;
        options.Launch = DaemonLaunch.None;
        Task<SampleClient> connecting = CallChannel.ConnectAsync(contract ?? SampleDispatcher.Contract, channel => new SampleClient(channel), options, default);
        ScriptedPeer daemon = await AcceptAsync(protocol);
        return (await connecting.Soon(), daemon);
    }

    /// <summary>The daemon's end of the next connection.</summary>
    public async Task<ScriptedPeer> AcceptAsync(int protocol = ProtocolVersion.Current)
    {
        var daemon = new ScriptedPeer((await Patience.InThread(_listener.Accept))!);
        _ = await daemon.HearAsync(FrameKind.Hello);
        daemon.Say(FrameKind.Welcome, 0, new Welcome { Protocol = protocol, MaxFrameBytes = 1000, ProcessId = Environment.ProcessId }.Write);
        return daemon;
    }

    /// <summary>No daemon comes after it: whoever asks for one is told so at once.</summary>
    public void HasNoSuccessor() => _listener.Dispose();

    public void Dispose()
    {
        _listener.Dispose();
        _folder.Dispose();
    }
}
