using DaemonRpc.Framing;
using DaemonRpc.Journal;
using DaemonRpc.Launch;
using DaemonRpc.Platform;
using DaemonRpc.Program;
using DaemonRpc.Protocol;
using DaemonRpc.Session;
using DaemonRpc.Transport;

namespace DaemonRpc.Host;

/// <summary>Restarts this process's program in place, to end a handler that does not end by itself.</summary>
/// <remarks>
/// The process, the instance lock and the listening socket stay, so that no other daemon can take over, and new clients wait in the backlog.
/// Everything else goes: all threads, whatever they are doing, and all connections, whose end tells the clients that the task no longer runs.
/// </remarks>
internal sealed class HandOver(LaunchMessage launched, InstanceLock instanceLock, DaemonSocket socket)
{
    // The client that starts a daemon ends it if it never answers. Nobody waits for a daemon that takes over in place, and
    // it holds the lock: if it hung at its start, it would keep every other daemon from starting.
    private static readonly TimeSpan s_startTimeout = TimeSpan.FromSeconds(30);

    /// <summary>The program to execute, or null where a restart is unsafe.</summary>
    /// <remarks>
    /// A program of several files loads its assemblies from disk. If they have changed, it would start from a mixture of builds,
    /// or not at all. A native program is started from the very file that runs, even if its path was deleted or replaced.
    /// </remarks>
    public static string? Program =>
        !RunningProgram.Own.Files.HaveChanged ? LaunchProgram.This.Path
        : IsNative && OperatingSystem.IsLinux() ? "/proc/self/exe"
        : null;

    // The .NET host sets this list of assemblies for every program that is not native.
    private static bool IsNative => AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") is null;

    /// <summary>Restarts the program. Returns only on failure.</summary>
    /// <param name="program">The program, from <see cref="Program"/>.</param>
    /// <param name="reason">The reason, for the journal and the log.</param>
    /// <param name="outcomes">The outcomes of tasks that were ended by force, for the successor.</param>
    public IOException Run(string program, LaunchReason reason, IReadOnlyList<TaskOutcome> outcomes)
    {
        // The message waits in the socket's buffer. Our end is closed with everything else, which ends the message.
        UnixSocket ours;
        int theirs;
        try
        {
            ours = SocketPair.Create(out theirs);
        }
        catch (IOException exception)
        {
            // For example, the handler has used up all descriptors.
            return exception;
        }

        using var channel = new SocketChannel(ours);
        FrameBuffer frame = FrameBuffer.Rent();
        (launched with
        {
            Reason = reason,
            Files = RunningProgram.Own.Files,
            Children = ChildProcess.Alive,
            Socket = socket.PublishedFile,
            Outcomes = outcomes,
        }).Write(frame);
        _ = new SendQueue(channel).Send(frame.Finish(FrameKind.Launch, 0));

        KernelDeadline.ArmSuccessor(s_startTimeout);
        int[] descriptors = [theirs, socket.Descriptor, .. instanceLock.Descriptors];
        IOException failure = ExecInPlace.Run(
            program, Successor.Arguments, DaemonEnvironment.CreateInPlace(string.Join(',', descriptors)), descriptors);
        KernelDeadline.Disarm();
        _ = LibC.Close(theirs);
        return failure;
    }
}
