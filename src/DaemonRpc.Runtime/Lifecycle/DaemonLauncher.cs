using System.Net.Sockets;
using DaemonRpc.Framing;
using DaemonRpc.Platform;
using DaemonRpc.Session;
using DaemonRpc.Transport;

namespace DaemonRpc.Lifecycle;

/// <summary>Starts a daemon's process.</summary>
/// <remarks>
/// The caller holds the spawn lock. The child gets its descriptor too and keeps it until it is ready or dead, so that a
/// client which is killed meanwhile neither blocks others nor lets them in early.
/// </remarks>
internal sealed class DaemonLauncher(DaemonAddress address, LaunchProgram program)
{
    // Where the child finds its descriptors: after the standard three, in the order in which they are handed over.
    private const string Marker = "3,4";

    /// <summary>Starts the process and returns the channel on which it will answer.</summary>
    /// <exception cref="DaemonStartException">The process could not be started.</exception>
    public SocketChannel Start(FileLock spawnLock, LaunchReason reason, TimeSpan lockLimit, out int processId)
    {
        DaemonLog.Rotate(address.LogPath);
        Socket ours = SocketPair.Create(out int theirs);
        var channel = new SocketChannel(ours);
        try
        {
            FrameBuffer frame = FrameBuffer.Rent();
            new LaunchMessage
            {
                Id = address.Id,
                Instance = address.Instance,
                Variant = address.Variant,
                RuntimeDirectory = address.Directory,
                LogPath = address.LogPath,
                Reason = reason,
                LockLimit = lockLimit,
            }.Write(frame);
            // It waits in the socket's buffer until the child looks.
            _ = new SendQueue(channel).Send(frame.Finish(FrameKind.Launch, 0));
            processId = new DetachedProcess
            {
                Path = program.Path,
                Arguments = program.Arguments,
                Environment = DaemonEnvironment.Create(Marker),
                LogPath = address.LogPath,
                Descriptors = [theirs, spawnLock.Descriptor],
            }.Start();
            return channel;
        }
        catch (IOException exception)
        {
            channel.Dispose();
            throw new DaemonStartException($"The daemon {address} could not be started: {exception.Message}", exception) { LogPath = address.LogPath };
        }
        finally
        {
            _ = LibC.Close(theirs);
        }
    }

    /// <summary>Starts the process and waits until it serves.</summary>
    /// <returns>How it went: ready, or lost against another daemon.</returns>
    /// <exception cref="DaemonStartException">It died, failed, or did not get ready in time.</exception>
    public Readiness StartAndWait(FileLock spawnLock, LaunchReason reason, Deadline deadline)
    {
        using SocketChannel channel = Start(spawnLock, reason, LockLimit(deadline), out int processId);
        var child = new ChildProcess(processId);
        channel.ReceiveLimit = deadline.Left;
        try
        {
            var reader = new FrameReader(channel);
            if (reader.TryRead(out FrameHeader header, out ReadOnlySpan<byte> payload) && header.Kind == FrameKind.Readiness)
            {
                var readiness = Readiness.Read(payload);
                return readiness.Kind == ReadinessKind.Failed ? throw Failed(readiness) : readiness;
            }
        }
        catch (TimeoutException)
        {
            // Nobody would ever find it: it has not bound. Leaving it would leave a process that holds the locks.
            child.Kill();
            throw new DaemonStartException(
                $"The daemon {address} (process {child.Id}, '{program.Path}') was not ready within {deadline} and was ended. Does the program call RunAsync when IsRequested is true? {Evidence()}")
            { LogPath = address.LogPath, LastLines = DaemonLog.Tail(address.LogPath) };
        }
        catch (IOException)
        {
            // Died in the middle of its answer: told below like any death.
        }

        throw Died(child, deadline);
    }

    // Less than we have ourselves, so that the process's own answer, which names the lock's holder, comes in time.
    private static TimeSpan LockLimit(Deadline deadline) => deadline.Left == Timeout.InfiniteTimeSpan ? deadline.Left : deadline.Left * (2 / 3.0);

    private DaemonStartException Failed(Readiness readiness) => new(
        $"The daemon {address} could not start: {readiness.Error?.Message} {Evidence()}",
        readiness.Error?.ToException())
    { LogPath = address.LogPath, LastLines = DaemonLog.Tail(address.LogPath) };

    private DaemonStartException Died(ChildProcess child, Deadline deadline)
    {
        // The channel's end came from the process's end, or from a program that closed it on its way there.
        bool ended = child.WaitForExit(deadline.Left);
        string how = child switch
        {
            { Signal: { } signal } => $"was ended by signal {signal} while starting.",
            { ExitCode: 0 } => "ended without serving. The program must call RunAsync when IsRequested is true, before anything else.",
            { ExitCode: { } code } => $"ended with exit code {code} while starting.",
            _ => ended ? "ended while starting." : "closed its channel while starting and lives on.",
        };
        return new DaemonStartException($"The daemon {address} (process {child.Id}, '{program.Path}') {how} {Evidence()}")
        {
            ExitCode = child.ExitCode,
            Signal = child.Signal,
            LogPath = address.LogPath,
            LastLines = DaemonLog.Tail(address.LogPath),
        };
    }

    private string Evidence()
    {
        IReadOnlyList<string> lines = DaemonLog.Tail(address.LogPath);
        return lines.Count == 0
            ? $"It wrote nothing to its log, {address.LogPath}."
            : $"The last lines of its log, {address.LogPath}:{Environment.NewLine}{string.Join(Environment.NewLine, lines)}";
    }
}
