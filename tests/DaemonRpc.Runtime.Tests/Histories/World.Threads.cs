using DaemonRpc.Framing;

namespace DaemonRpc.Runtime.Tests.Histories;

// What the daemon starts and says.
internal sealed partial class World
{
    private bool StartThread(string name, Action work)
    {
        if (!_processEnded)
        {
            _ledger.Runs(_daemon.Board.Current.Task?.Id);
        }

        switch (name)
        {
            case var _ when _processEnded:
                // What the history had interrupted goes on in the test, but no more in the daemon.
                break;

            case HeldThreads.Task or HeldThreads.Resumption:
                HistoryCall? going = name == HeldThreads.Resumption && _resumes is { IsAway: true } ? _resumes : _ledger.Current;
                _resumes = null;
                _held.Hold(name, going, work);
                Interrupt();
                break;

            case HeldThreads.Token:
                _held.Hold(name, _ledger.ToBegin.Peek(), work);
                break;

            case HeldThreads.Grace:
                _held.Hold(name, _ledger.ToBegin.Pop(), work);
                break;

            case HeldThreads.Limits:
                _held.Hold(name, null, work);
                break;

            case HeldThreads.End:
                _ends++;
                _ledger.Demand(_ledger.IsDraining && _ledger.Current is null or { IsDecided: true } && !_ledger.Yielded.Any(), "the daemon leaves a running task");
                _ledger.DemandAnswers([.. _ledger.Admitted, .. _ledger.Cancels]);
                work();
                break;

            default:
                // What tells the handler that the daemon leaves.
                work();
                break;
        }

        return true;
    }

    private void Hear(HistoryClient client, FrameKind kind, uint callId, byte[] payload)
    {
        if (_processEnded)
        {
            return;
        }

        string text = HistoryClient.TextOf(kind, payload);
        if (_ledger.Admitted.Find(call => call.Client == client && call.CallId == callId) is { } task && kind is FrameKind.Result or FrameKind.Error or FrameKind.Canceled)
        {
            _ledger.Demand(_daemon.Board.Current.Task?.Method != task.Name, $"{task.Name} has the slot when its client is told '{text}'");
        }

        _ledger.Told(client, kind, callId, text);
    }
}
