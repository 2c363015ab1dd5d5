using System.ComponentModel;
using System.Runtime.InteropServices;
using DaemonRpc.Platform;
using DaemonRpc.Protocol;

namespace DaemonRpc.Lifecycle;

/// <summary>Makes SIGTERM, and in the foreground Ctrl-C, stop the daemon as a request to stop does. A second one ends it at once.</summary>
internal sealed class StopSignals(ShutdownSequence shutdown, bool foreground) : IDisposable
{
    private readonly List<PosixSignalRegistration> _registrations = [];

    /// <summary>From now on.</summary>
    /// <exception cref="DaemonException">The system gives no thread for it.</exception>
    public void Begin()
    {
        try
        {
            _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop));
            if (foreground)
            {
                _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop));
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
