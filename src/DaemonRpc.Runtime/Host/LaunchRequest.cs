using System.Globalization;
using DaemonRpc.Framing;
using DaemonRpc.Launch;
using DaemonRpc.Platform;
using DaemonRpc.Program;
using DaemonRpc.Session;
using DaemonRpc.Transport;

namespace DaemonRpc.Host;

/// <summary>In a process that was started as a daemon: what it is to serve, and the channel to its starter.</summary>
/// <remarks>
/// The environment marker counts only if the descriptor that it names exists. The first look removes it, from the
/// native environment too: a program that the handler starts must not take itself for a daemon.
/// </remarks>
internal sealed class LaunchRequest
{
    private const uint TypeMask = 0xF000;
    private const uint SocketType = 0xC000;

    private static readonly TimeSpan s_messageTimeout = TimeSpan.FromSeconds(10);
    private static readonly Lazy<LaunchRequest?> s_current = new(Find);

    private readonly SocketChannel _channel;
    private int _spawnLock;
    private int _answered;

    private LaunchRequest(LaunchMessage message, SocketChannel channel, int spawnLock, Inheritance? inherited)
    {
        Message = message;
        Inherited = inherited;
        _channel = channel;
        _spawnLock = spawnLock;
    }

    /// <summary>This process's request, or null if nobody started it as a daemon.</summary>
    public static LaunchRequest? Current => s_current.Value;

    /// <summary>Whether this process was started as a daemon but has not called <c>RunAsync</c> yet.</summary>
    public static bool IsUnclaimed => Current is { IsClaimed: false };

    public LaunchMessage Message { get; }

    /// <summary>What the previous program in this process left; null in a newly started process.</summary>
    public Inheritance? Inherited { get; }

    /// <summary>Whether <c>RunAsync</c> has begun.</summary>
    public bool IsClaimed { get; set; }

    /// <summary>Reports the outcome of the start to the starter, once, and releases the spawn lock so that others may start daemons.</summary>
    public void Answer(Readiness readiness)
    {
        if (Interlocked.Exchange(ref _answered, 1) != 0)
        {
            return;
        }

        FrameBuffer frame = FrameBuffer.Rent();
        readiness.Write(frame);
        // It makes no difference whether the starter is still there.
        _ = new SendQueue(_channel).Send(frame.Finish(FrameKind.Readiness, 0));
        _channel.Dispose();
        if (Interlocked.Exchange(ref _spawnLock, -1) is >= 0 and int spawnLock)
        {
            _ = LibC.Close(spawnLock);
        }
    }

    private static LaunchRequest? Find()
    {
        if (OperatingSystem.IsWindows() || Environment.GetEnvironmentVariable(DaemonEnvironment.LaunchVariable) is not { Length: > 0 } marker)
        {
            return null;
        }

        Environment.SetEnvironmentVariable(DaemonEnvironment.LaunchVariable, null);
        _ = LibC.UnsetEnvironment(DaemonEnvironment.LaunchVariable);
        // The channel and the spawn lock; or, after an in-place restart, the channel, the listening socket, the instance lock and, if it has one, its name.
        string[] parts = marker.Split(',');
        if (parts.Length is < 2 or > 4)
        {
            return null;
        }

        int[] descriptors = new int[parts.Length];
        for (int index = 0; index < parts.Length; index++)
        {
            if (!TryDescriptor(parts[index], out descriptors[index]))
            {
                return null;
            }
        }

        if (FileIdentity.OfDescriptor(descriptors[0]) is not { } identity || (identity.Mode & TypeMask) != SocketType)
        {
            return null;
        }

        foreach (int descriptor in descriptors)
        {
            _ = LibC.FileControl(descriptor, Constants.SetDescriptorFlags, Constants.CloseOnExec);
        }

        return Receive(descriptors);
    }

    private static LaunchRequest? Receive(int[] descriptors)
    {
        var channel = new SocketChannel(new UnixSocket(descriptors[0])) { ReceiveTimeout = s_messageTimeout };
        try
        {
            var reader = new FrameReader(channel);
            if (reader.TryRead(out FrameHeader header, out ReadOnlySpan<byte> payload) && header.Kind == FrameKind.Launch)
            {
                var message = LaunchMessage.Read(payload);
                if (descriptors is not [_, var listener, var instanceLock, .. var name])
                {
                    return new LaunchRequest(message, channel, descriptors[1], null);
                }

                RunningProgram.Adopt(message.Files);
                return new LaunchRequest(message, channel, -1, new Inheritance(instanceLock, listener, name is [var only] ? only : null));
            }
        }
        catch (Exception exception) when (exception is IOException or TimeoutException or DaemonProtocolException)
        {
            // The descriptor is not our channel, so this is an ordinary run of the program.
            StandardError.WriteLine($"{DaemonEnvironment.LaunchVariable} was set, but its channel could not be read ({exception.Message}): running as an ordinary program.");
        }

        channel.Dispose();
        return null;
    }

    private static bool TryDescriptor(string text, out int descriptor) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out descriptor);
}
