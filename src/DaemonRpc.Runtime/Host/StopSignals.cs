using System.ComponentModel;
using System.Runtime.InteropServices;
using DaemonRpc.Platform;
using DaemonRpc.Protocol;
using DaemonRpc.Server;

namespace DaemonRpc.Host;

/// <summary>Handles SIGTERM, SIGINT (Ctrl-C) and, in a launched daemon, SIGHUP like a request to stop. A second signal ends the process at once.</summary>
/// <remarks>In the foreground SIGHUP belongs to the program: nohup may have started it, and a handler would undo that.</remarks>
internal sealed class StopSignals(ShutdownSequence shutdown, bool launched) : IDisposable
{
    private static readonly PosixSignal[] s_launched = [PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGHUP];
    private static readonly PosixSignal[] s_foreground = [PosixSignal.SIGTERM, PosixSignal.SIGINT];

    private readonly List<PosixSignalRegistration> _registrations = [];

    /// <summary>Begins to handle the signals.</summary>
    /// <exception cref="DaemonException">The system gives no thread for signal handling.</exception>
    public void Begin()
    {
        try
        {
            foreach (PosixSignal signal in launched ? s_launched : s_foreground)
            {
                _registrations.Add(PosixSignalRegistration.Create(signal, Stop));
            }
        }
        catch (Exception exception) when (exception is Win32Exception or IOException || OwnThread.IsShortage(exception))
        {
            // .NET has one thread for signals and starts it with the first registration.
            throw ThreadLimit.Exception();
        }
    }

    public void Dispose() => _registrations.ForEach(static registration => registration.Dispose());

    private void Stop(PosixSignalContext context)
    {
        // Leaving the signal uncancelled lets .NET take the default action: end the process.
        context.Cancel = !shutdown.HasBegun;
        shutdown.Begin(GoodbyeReason.Stopping, $"The daemon got {context.Signal}.");
    }
}
