using System.ComponentModel;
using System.Runtime.InteropServices;
using DaemonRpc.Platform;
using DaemonRpc.Protocol;

namespace DaemonRpc.Lifecycle;

/// <summary>Makes SIGTERM, SIGINT (in the foreground Ctrl-C) and SIGHUP stop the daemon as a request to stop does. A second one ends it at once.</summary>
internal sealed class StopSignals(ShutdownSequence shutdown) : IDisposable
{
    private static readonly PosixSignal[] s_signals = [PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGHUP];

    private readonly List<PosixSignalRegistration> _registrations = [];

    /// <summary>From now on.</summary>
    /// <exception cref="DaemonException">The system gives no thread for it.</exception>
    public void Begin()
    {
        try
        {
            foreach (PosixSignal signal in s_signals)
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
