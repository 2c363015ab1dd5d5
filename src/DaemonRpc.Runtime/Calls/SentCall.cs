using DaemonRpc.Control;
using DaemonRpc.Session;

namespace DaemonRpc.Calls;

/// <summary>A sent call that can be cancelled.</summary>
/// <param name="connection">The call's connection.</param>
/// <param name="session">The session over which the call was sent.</param>
/// <param name="call">The call.</param>
/// <param name="name">The method's name.</param>
/// <param name="end">Completes when the call has ended.</param>
internal sealed class SentCall(ClientConnection connection, ClientSession session, PendingCall call, string name, Task end)
{
    private volatile bool _isCanceled;

    /// <summary>Whether the daemon was asked to cancel the call, over this object.</summary>
    public bool IsCanceled => _isCanceled;

    /// <summary>Asks the daemon to cancel the call. The outcome is awaited as usual, but only while the daemon answers liveness probes.</summary>
    public void Cancel()
    {
        _isCanceled = true;
        session.SendCancel(call.Id);
        EndIfUnresponsive("was cancelled");
    }

    /// <summary>Awaits the call's end only while the daemon answers liveness probes.</summary>
    /// <param name="what">What has happened to the call, for the message.</param>
    // Ends with the call, or by ending it.
    public void EndIfUnresponsive(string what) => _ = GiveUpAsync(what);

    private async Task GiveUpAsync(string what)
    {
        TimeSpan patience = connection.Options.StartTimeout;
        if (!await LivenessProbe.WaitAsync(session, end, patience).ConfigureAwait(false))
        {
            session.Abandon(call, LivenessProbe.Missing(connection.Address, session.Welcome, patience, $"{name} {what}, and may still run. "));
        }
    }
}
