using System.Runtime.InteropServices;
using DaemonRpc.Transport;

namespace DaemonRpc.Session;

// How long the connection keeps the thread that reads it.
internal sealed partial class ServerSession
{
    /// <summary>Keeps the thread for a while if nothing comes.</summary>
    private void Linger()
    {
        // A thread that took over continues with the state of the previous one.
        if (!_stays && !_lingers)
        {
            _lingers = true;
            _channel.SilenceTimeout = _threads.BeginLingering();
        }
    }

    /// <summary>Keeps the thread for good after a call, so that the next call need not wait for one, unless threads are few.</summary>
    private void StayWithThread()
    {
        // Done after the call, which need not wait for a replacement thread to start.
        if (!_stays && _threads.TryStay())
        {
            _stays = true;
            EndLingering();
            _channel.SilenceTimeout = Timeout.InfiniteTimeSpan;
        }
    }

    private void EndLingering()
    {
        if (_lingers)
        {
            _lingers = false;
            _threads.EndLingering();
        }
    }

    /// <summary>Gives the thread back until more bytes come. Returns false when this thread must wait itself.</summary>
    private bool TryPark()
    {
        EndLingering();
        _reader.Rest();

        // Touch nothing after parking: the next thread may already be here.
        if (_channel.Handle is not null && _threads.Parked.TryPark(this))
        {
            return true;
        }

        _channel.SilenceTimeout = ReaderThreads.LongSilence;
        return false;
    }

    /// <summary>Gives the thread back while too much waits for the client, until it has taken some. Taking needs no reader.</summary>
    private bool TryPause()
    {
        if (!_outgoing.IsFull)
        {
            return false;
        }

        EndLingering();
        if (_stays)
        {
            // Otherwise the daemon would count on a thread that others use or that has ended.
            _stays = false;
            _threads.EndStaying();
        }

        if (_reader.HasMore)
        {
            _reader.LeavePayload();
        }
        else
        {
            _reader.Rest();
        }

        // Touch nothing after the registration: the next thread may already be here.
        if (_outgoing.TryAwaitRoom(() => _threads.Start(Resume)))
        {
            return true;
        }

        Linger();
        return false;
    }

    SafeHandle IParked.Handle => _channel.Handle!;

    // Runs on the thread that waits for all silent channels.
    void IParked.OnReady(bool hasEnded)
    {
        if (hasEnded && HasNothingToSend)
        {
            _threads.StartEnding(Resume);
        }
        else
        {
            _threads.Start(Resume);
        }
    }
}
