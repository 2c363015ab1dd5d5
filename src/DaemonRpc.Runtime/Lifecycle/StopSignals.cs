using System.Runtime.InteropServices;
using DaemonRpc.Protocol;

namespace DaemonRpc.Lifecycle;

/// <summary>Makes SIGTERM, and in the foreground Ctrl-C, stop the daemon as a request to stop does. A second one ends it at once.</summary>
internal sealed class StopSignals : IDisposable
{
    private readonly List<PosixSignalRegistration> _registrations = [];

    public StopSignals(ShutdownSequence shutdown, bool foreground)
    {
        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(shutdown, context)));
        if (foreground)
        {
            _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(shutdown, context)));
        }
    }

    public void Dispose() => _registrations.ForEach(static registration => registration.Dispose());

    private static void Stop(ShutdownSequence shutdown, PosixSignalContext context)
    {
        // Not taking the signal lets the runtime do what it does by default: end the process.
        context.Cancel = !shutdown.HasBegun;
        shutdown.Begin(GoodbyeReason.Stopping, $"The daemon got {context.Signal}.");
    }
}
