using System.Globalization;
using System.Net.Sockets;
using DaemonRpc.Framing;
using DaemonRpc.Platform;
using DaemonRpc.Session;
using DaemonRpc.Transport;

namespace DaemonRpc.Lifecycle;

/// <summary>In a process that was started to be a daemon: what it is to be, and the channel to whoever started it.</summary>
/// <remarks>
/// The marker in the environment counts only together with the descriptor that it names, and is removed at the first
/// look, in the native environment too: a program that the handler starts must not believe that it is a daemon.
/// </remarks>
internal sealed class LaunchRequest
{
    public const string Marker = "DAEMONRPC_LAUNCH";

    private const uint TypeMask = 0xF000;
    private const uint SocketType = 0xC000;

    private static readonly TimeSpan s_messageLimit = TimeSpan.FromSeconds(10);
    private static readonly Lazy<LaunchRequest?> s_current = new(Find);

    private readonly SocketChannel _channel;
    private int _spawnLock;
    private int _answered;

    private LaunchRequest(LaunchMessage message, SocketChannel channel, int spawnLock)
    {
        Message = message;
        _channel = channel;
        _spawnLock = spawnLock;
    }

    /// <summary>Null in a process that nobody started to be a daemon.</summary>
    public static LaunchRequest? Current => s_current.Value;

    /// <summary>Whether this process was started to be a daemon and has not begun to be one.</summary>
    public static bool IsUnclaimed => Current is { IsClaimed: false };

    public LaunchMessage Message { get; }

    /// <summary>Whether <c>RunAsync</c> has begun.</summary>
    public bool IsClaimed { get; set; }

    /// <summary>Tells whoever started this process what became of it, once, and lets others start daemons again.</summary>
    public void Answer(Readiness readiness)
    {
        if (Interlocked.Exchange(ref _answered, 1) != 0)
        {
            return;
        }

        FrameBuffer frame = FrameBuffer.Rent();
        readiness.Write(frame);
        // Whether it is still there to hear makes no difference.
        _ = new SendQueue(_channel).Send(frame.Finish(FrameKind.Readiness, 0));
        _channel.Dispose();
        _ = LibC.Close(Interlocked.Exchange(ref _spawnLock, -1));
    }

    private static LaunchRequest? Find()
    {
        if (OperatingSystem.IsWindows() || Environment.GetEnvironmentVariable(Marker) is not { Length: > 0 } marker)
        {
            return null;
        }

        Environment.SetEnvironmentVariable(Marker, null);
        _ = LibC.UnsetEnvironment(Marker);
        string[] parts = marker.Split(',');
        if (parts.Length != 2 || !TryDescriptor(parts[0], out int channel) || !TryDescriptor(parts[1], out int spawnLock)
            || FileIdentity.OfDescriptor(channel) is not { } identity || (identity.Mode & TypeMask) != SocketType)
        {
            return null;
        }

        _ = LibC.FileControl(channel, Constants.SetDescriptorFlags, Constants.CloseOnExec);
        _ = LibC.FileControl(spawnLock, Constants.SetDescriptorFlags, Constants.CloseOnExec);
        return Receive(new Socket(new SafeSocketHandle(channel, ownsHandle: true)), spawnLock);
    }

    private static LaunchRequest? Receive(Socket socket, int spawnLock)
    {
        var channel = new SocketChannel(socket) { ReceiveLimit = s_messageLimit };
        try
        {
            var reader = new FrameReader(channel);
            if (reader.TryRead(out FrameHeader header, out ReadOnlySpan<byte> payload) && header.Kind == FrameKind.Launch)
            {
                return new LaunchRequest(LaunchMessage.Read(payload), channel, spawnLock);
            }
        }
        catch (Exception exception) when (exception is IOException or TimeoutException or DaemonProtocolException)
        {
            // Whatever the descriptor is, it is not ours: then this is an ordinary run of the program.
            Console.Error.WriteLine($"{Marker} was set, but its channel could not be read ({exception.Message}): running as an ordinary program.");
        }

        channel.Dispose();
        return null;
    }

    private static bool TryDescriptor(string text, out int descriptor) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out descriptor);
}
