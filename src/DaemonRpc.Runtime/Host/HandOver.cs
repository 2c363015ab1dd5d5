using DaemonRpc.Framing;
using DaemonRpc.Journal;
using DaemonRpc.Launch;
using DaemonRpc.Platform;
using DaemonRpc.Program;
using DaemonRpc.Protocol;
using DaemonRpc.Session;
using DaemonRpc.Transport;

namespace DaemonRpc.Host;

/// <summary>Has this process become a daemon anew, in place: what a handler that does not end is ended by.</summary>
/// <remarks>
/// The process, the instance lock and the listening socket stay, so that nobody can take our place and whoever connects
/// meanwhile waits in the backlog. Everything else goes: the threads, whatever they do, and the connections, whose end
/// tells the clients that nothing of the task runs any more.
/// </remarks>
internal sealed class HandOver(LaunchMessage launched, InstanceLock instanceLock, DaemonSocket socket)
{
    // A started daemon that never answers is ended by the client that started it. Nobody waits for this one, and it has the
    // lock: one that hangs before it begins would keep every other from starting.
    private static readonly TimeSpan s_startLimit = TimeSpan.FromSeconds(30);

    /// <summary>The program to become, or null where that is not safe.</summary>
    /// <remarks>
    /// A program that is more than one file loads its assemblies from disk, and starts from a mixture, or not at all, when
    /// they have changed since. Native code is started from the very file that runs, whatever has become of its name.
    /// </remarks>
    public static string? Program =>
        !RunningProgram.Own.Files.HaveChanged ? LaunchProgram.This.Path
        : IsNative && OperatingSystem.IsLinux() ? "/proc/self/exe"
        : null;

    // The host of every other kind of program says which assemblies it may load.
    private static bool IsNative => AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") is null;

    /// <summary>Returns only when it failed.</summary>
    /// <param name="program">As <see cref="Program"/> says.</param>
    /// <param name="reason">Why, for the journal and the log.</param>
    /// <param name="outcomes">What the successor is to know of the tasks that were ended by force.</param>
    public IOException Run(string program, LaunchReason reason, IReadOnlyList<TaskOutcome> outcomes)
    {
        // What we say waits in the socket's buffer; our end is closed with everything else, which ends it.
        UnixSocket ours;
        int theirs;
        try
        {
            ours = SocketPair.Create(out theirs);
        }
        catch (IOException exception)
        {
            // The handler has used up all descriptors, for example.
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

        KernelDeadline.ArmSuccessor(s_startLimit);
        int[] descriptors = [theirs, socket.Descriptor, .. instanceLock.Descriptors];
        IOException failure = ExecInPlace.Run(
            program, Successor.Arguments, DaemonEnvironment.CreateInPlace(string.Join(',', descriptors)), descriptors);
        KernelDeadline.Disarm();
        _ = LibC.Close(theirs);
        return failure;
    }
}
