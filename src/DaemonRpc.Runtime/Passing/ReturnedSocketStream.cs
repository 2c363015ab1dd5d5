using System.Net.Sockets;

namespace DaemonRpc.Passing;

/// <summary>A stream that a daemon's handler returned, copied by the daemon. The call goes on until the daemon has copied it.</summary>
/// <remarks>Derives from no <see cref="NetworkStream"/>, which refuses a socket whose other end is closed already (on macOS), and reads past its derived class.</remarks>
/// <param name="socket">This process's end.</param>
/// <param name="isWritten">Whether the caller writes; otherwise it reads.</param>
/// <param name="call">The call.</param>
internal sealed class ReturnedSocketStream(Socket socket, bool isWritten, IOpenCall call) : Stream
{
    private int _isClosed;
    private volatile bool _isTold;

    public override bool CanRead => !isWritten && _isClosed == 0;

    public override bool CanWrite => isWritten && _isClosed == 0;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        Demand(CanRead);
        int count;
        try
        {
            count = socket.Receive(buffer);
        }
        catch (SocketException exception)
        {
            WaitForCall();
            throw Failed(exception);
        }

        if (count == 0 && !buffer.IsEmpty)
        {
            WaitForCall();
        }

        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Demand(CanRead);
        int count;
        try
        {
            count = await socket.ReceiveAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException exception)
        {
            await AwaitCallAsync(cancellationToken).ConfigureAwait(false);
            throw Failed(exception);
        }

        if (count == 0 && !buffer.IsEmpty)
        {
            await AwaitCallAsync(cancellationToken).ConfigureAwait(false);
        }

        return count;
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        Demand(CanWrite);
        try
        {
            while (!buffer.IsEmpty)
            {
                buffer = buffer[socket.Send(buffer)..];
            }
        }
        catch (SocketException exception)
        {
            WaitForCall();
            throw Failed(exception);
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Demand(CanWrite);
        try
        {
            while (!buffer.IsEmpty)
            {
                buffer = buffer[await socket.SendAsync(buffer, cancellationToken).ConfigureAwait(false)..];
            }
        }
        catch (SocketException exception)
        {
            await AwaitCallAsync(cancellationToken).ConfigureAwait(false);
            throw Failed(exception);
        }
    }

    // Nothing is kept here. The handler's stream is flushed when this one is closed.
    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>Ends the stream after what has come, because the call has failed: a daemon that lives, or is frozen, may never end it.</summary>
    public void GiveUp() => Shutdown(SocketShutdown.Both);

    /// <summary>Gives up the stream: what was written is no whole. To be closed afterwards.</summary>
    public void Abort() => call.Cancel();

    /// <summary>Closes this end and awaits the call's end. Cancels the call if the rest of the stream is not wanted.</summary>
    /// <exception cref="Exception">The handler's stream failed to take what was written.</exception>
    public override async ValueTask DisposeAsync()
    {
        bool isFirst = BeginClosing();
        await call.Ended.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await base.DisposeAsync().ConfigureAwait(false);
        EndClosing(isFirst);
    }

    /// <summary>Does the same as <see cref="DisposeAsync"/>, and blocks meanwhile.</summary>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            bool isFirst = BeginClosing();
            _ = Task.WaitAny(call.Ended);
            EndClosing(isFirst);
        }

        base.Dispose(disposing);
    }

    private bool BeginClosing()
    {
        if (Interlocked.Exchange(ref _isClosed, 1) != 0)
        {
            return false;
        }

        if (isWritten)
        {
            // If the whole end were closed, the daemon could not tell this from the end of the process. What is written for a call that is cancelled has no end.
            if (!call.IsCanceled)
            {
                Shutdown(SocketShutdown.Send);
            }

            call.EndIfUnresponsive();
        }
        else
        {
            bool isWhole = HasEnded();
            socket.Dispose();
            if (!call.Ended.IsCompleted && isWhole)
            {
                // The daemon has sent everything, and is about to end the task.
                call.EndIfUnresponsive();
            }
            else if (!call.Ended.IsCompleted)
            {
                call.Cancel();
            }
        }

        return true;
    }

    /// <summary>Returns whether everything was read, and the daemon has ended the stream.</summary>
    private bool HasEnded()
    {
        try
        {
            return socket.Poll(TimeSpan.Zero, SelectMode.SelectRead) && socket.Available == 0;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    // Who closes a stream that it has read wants no more of it, and has read what it wanted.
    private void EndClosing(bool isFirst)
    {
        socket.Dispose();
        if (isFirst && isWritten && !_isTold)
        {
            call.Ended.GetAwaiter().GetResult();
        }
    }

    private void Demand(bool isPossible)
    {
        ObjectDisposedException.ThrowIf(_isClosed != 0, this);
        if (!isPossible)
        {
            throw new NotSupportedException(isWritten ? "The stream cannot be read." : "The stream cannot be written.");
        }
    }

    private void Shutdown(SocketShutdown how)
    {
        try
        {
            socket.Shutdown(how);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // It has ended, or is closed.
        }
    }

    private Exception Failed(SocketException exception) => _isClosed != 0 ? new ObjectDisposedException(nameof(Stream), exception) : new IOException(exception.Message, exception);

    private void WaitForCall()
    {
        if (_isClosed == 0)
        {
            _ = Task.WaitAny(call.Ended);
            _isTold = true;
            call.Ended.GetAwaiter().GetResult();
        }
    }

    private async ValueTask AwaitCallAsync(CancellationToken cancellationToken)
    {
        if (_isClosed == 0)
        {
            bool wasOver = call.Ended.IsCompleted;
            Task ended = call.Ended.WaitAsync(cancellationToken);
            await ended.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _isTold |= wasOver || !cancellationToken.IsCancellationRequested;
            await ended.ConfigureAwait(false);
        }
    }
}
