using System.ComponentModel;
using System.Runtime.InteropServices;
using DaemonRpc.Platform;
using DaemonRpc.Protocol;
using DaemonRpc.Server;

namespace DaemonRpc.Host;

/// <summary>Makes SIGTERM, SIGINT (in the foreground Ctrl-C) and, where the daemon was launched, SIGHUP stop it as a request to stop does. A second one ends it at once.</summary>
/// <remarks>In the foreground SIGHUP is the program's own: it may have been started by nohup, and a handler would undo that.</remarks>
internal sealed class StopSignals(ShutdownSequence shutdown, bool launched) : IDisposable
{
    private static readonly PosixSignal[] s_launched = [PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGHUP];
    private static readonly PosixSignal[] s_foreground = [PosixSignal.SIGTERM, PosixSignal.SIGINT];

    private readonly List<PosixSignalRegistration> _registrations = [];

    /// <summary>From now on.</summary>
    /// <exception cref="DaemonException">The system gives no thread for it.</exception>
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
            // The runtime has a thread for signals, which it starts with the first registration.
            throw ThreadLimit.Exception();
        }
    }

    public void Dispose() => _registrations.ForEach(static registration => registration.Dispose());

    private void Stop(PosixSignalContext context)
    {
        // Not taking the signal lets the runtime do what it does by default: end the process.
        context.Cancel = !shutdown.HasBegun;
        shutdown.Begin(GoodbyeReason.Stopping, $"The daemon got {context.Signal}.");
    }
}
