using DaemonRpc.Control;
using DaemonRpc.Session;

namespace DaemonRpc.Calls;

/// <summary>A call that was sent, and can be cancelled.</summary>
/// <param name="connection">Whose call it is.</param>
/// <param name="session">What it was sent over.</param>
/// <param name="call">The call.</param>
/// <param name="name">The method.</param>
/// <param name="end">Completes when the call has been told its end.</param>
internal sealed class SentCall(ClientConnection connection, ClientSession session, PendingCall call, string name, Task end)
{
    /// <summary>Asks to end the call. What became of it is still awaited, but not from a daemon that shows no sign of life.</summary>
    public void Cancel()
    {
        session.SendCancel(call.Id);

        // Ends with the call, or by ending it.
        _ = GiveUpAsync();
    }

    private async Task GiveUpAsync()
    {
        TimeSpan patience = connection.Options.StartTimeout;
        if (!await LivenessProbe.WaitAsync(session, end, patience).ConfigureAwait(false))
        {
            session.Abandon(call, LivenessProbe.Missing(connection.Address, session.Welcome, patience, $"{name} was cancelled, and may still run. "));
        }
    }
}
