using DaemonRpc.Framing;
using DaemonRpc.Platform;
using DaemonRpc.Protocol;
using Microsoft.Win32.SafeHandles;

namespace DaemonRpc.Session;

/// <content>What the session does with the frames that it receives.</content>
internal sealed partial class ClientSession
{
    private void ReceiveLoop()
    {
        Exception? failure = null;
        try
        {
            while (_reader.TryRead(out FrameHeader header, out ReadOnlySpan<byte> payload))
            {
                PendingCall? wish = header.Kind is FrameKind.Item or FrameKind.Progress or FrameKind.Log ? _loans.TakeWish(header.CallId) : null;
                try
                {
                    Handle(header, payload);
                    if (wish is not null && _reader.HasMore)
                    {
                        Lend(wish);
                    }
                    else if (_channel.Descriptors is { IsEmpty: false } && !_reader.HasMore)
                    {
                        throw new DaemonProtocolException("Descriptors came that no frame announced.");
                    }
                }
                catch (Exception exception) when (OwnThread.IsShortage(exception))
                {
                    // The completed call continues on the thread pool. Without a pool thread nobody could take the next frames either.
                    PoolThreads.Await();
                }
            }
        }
        catch (Exception exception) when (exception is IOException or DaemonProtocolException)
        {
            failure = exception;
        }

        _outgoing.Close();
        _channel.Shutdown();
        _channel.Dispose();
        var end = new SessionEnd(_goodbye, _outgoing.Failure ?? failure);
        foreach (PendingCall call in _calls.CloseAndTake(static _ => true))
        {
            PoolThreads.Give(() => call.OnClosed(end));
        }

        PoolThreads.Give(() => _ended.SetResult(end));
    }

    // The ids are used up, so another connection has replaced this one: end it with the last answer.
    private void EndIfDone()
    {
        if (_calls.IsDone)
        {
            _channel.Shutdown();
        }
    }

    private void Lend(PendingCall call)
    {
        _loans.Lend(call);
        if (_leftByBorrower is { } header)
        {
            _leftByBorrower = null;
            _ = _loans.TakeWish(header.CallId);
            Handle(header, _reader.Payload.Span);
        }
    }

    private void Handle(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        Welcome.DemandReadable(header.Kind);
        switch (header.Kind)
        {
            case FrameKind.Item or FrameKind.Progress or FrameKind.Log or FrameKind.Status or FrameKind.Ask or FrameKind.Demand or FrameKind.Withdraw:
                if (_calls.TryGet(header.CallId, out PendingCall? streaming))
                {
                    streaming.Attachment = _reader.TakeAttachment();
                    streaming.OnPart(header.Kind, payload);
                }

                return;

            case FrameKind.Opened:
                Open(header.CallId, payload);
                return;

            case FrameKind.Queued or FrameKind.Started:
                _awaitsStart = _awaitsStart && header.Kind == FrameKind.Queued;
                if (_calls.TryGet(header.CallId, out PendingCall? waiting))
                {
                    waiting.IsQueued = header.Kind == FrameKind.Queued;
                }

                return;

            case FrameKind.Result or FrameKind.Error or FrameKind.Canceled or FrameKind.Refusal or FrameKind.CancelReply or FrameKind.StopReply
                or FrameKind.OutcomeReply:
                if (!_calls.TryTake(header.CallId, out PendingCall? call))
                {
                    return;
                }

                call.Attachment = _reader.TakeAttachment();
                if (payload.Length > FrameReader.KeptSize)
                {
                    call.OnLargeEnd(header.Kind, _reader.TakePayload());
                }
                else
                {
                    call.OnEnd(header.Kind, payload);
                }

                EndIfDone();
                return;

            case FrameKind.Goodbye:
                OnGoodbye(Goodbye.Read(payload));
                return;

            default:
                throw new DaemonProtocolException($"A daemon may not send {header.Kind}.");
        }
    }

    private void Open(uint callId, ReadOnlySpan<byte> payload)
    {
        if (payload.Length != 1)
        {
            throw new DaemonProtocolException($"The daemon opened a stream with {payload.Length} bytes instead of 1.");
        }

        SafeFileHandle handle = (_channel.Descriptors ?? throw new DaemonProtocolException("The daemon opened a stream; no method of this client returns one.")).Take(1)[0];
        if (_calls.TryGet(callId, out PendingCall? call))
        {
            call.OnOpened(payload[0], handle);
        }
        else
        {
            handle.Dispose();
        }
    }

    private void OnGoodbye(Goodbye goodbye)
    {
        _goodbye = goodbye;
        var end = new SessionEnd(goodbye, null);
        foreach (PendingCall call in _calls.CloseAndTake(call => end.NeverAdmitted(call.Id)))
        {
            call.OnClosed(end);
        }
    }
}
