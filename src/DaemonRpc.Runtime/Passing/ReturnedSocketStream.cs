using System.Net.Sockets;

namespace DaemonRpc.Passing;

/// <summary>A stream that a daemon's handler returned, copied by the daemon. The call goes on until the daemon has copied it.</summary>
/// <param name="socket">This process's end.</param>
/// <param name="access">What the caller may do.</param>
/// <param name="call">Completes when the call has ended, with its exception if it failed.</param>
/// <param name="cancel">Cancels the call.</param>
internal sealed class ReturnedSocketStream(Socket socket, FileAccess access, Task call, Action cancel) : NetworkStream(socket, access, ownsSocket: true)
{
    private readonly bool _isWritten = access != FileAccess.Read;
    private int _isClosed;
    private volatile bool _isTold;

    // Of a type that is derived from NetworkStream, spans are read and written through these methods.
    public override int Read(byte[] buffer, int offset, int count)
    {
        int read;
        try
        {
            read = base.Read(buffer, offset, count);
        }
        catch (IOException)
        {
            WaitForCall();
            throw;
        }

        if (read == 0 && count > 0)
        {
            WaitForCall();
        }

        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int count;
        try
        {
            count = await base.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException)
        {
            await AwaitCallAsync(cancellationToken).ConfigureAwait(false);
            throw;
        }

        if (count == 0 && !buffer.IsEmpty)
        {
            await AwaitCallAsync(cancellationToken).ConfigureAwait(false);
        }

        return count;
    }

    public override void Write(byte[] buffer, int offset, int count)
    {
        try
        {
            base.Write(buffer, offset, count);
        }
        catch (IOException)
        {
            WaitForCall();
            throw;
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            await base.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException)
        {
            await AwaitCallAsync(cancellationToken).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Ends the stream after what has come, because the call has failed: a daemon that lives, or is frozen, may never end it.</summary>
    public void GiveUp()
    {
        try
        {
            Socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // It has ended, or is closed.
        }
    }

    /// <summary>Closes this end and awaits the call's end. Cancels the call if the rest of the stream is not wanted.</summary>
    /// <exception cref="Exception">The handler's stream failed to take what was written.</exception>
    public override async ValueTask DisposeAsync()
    {
        bool isFirst = Interlocked.Exchange(ref _isClosed, 1) == 0;
        await base.DisposeAsync().ConfigureAwait(false);
        if (isFirst)
        {
            CancelUnlessWritten();
            await call.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            ThrowIfUnwritten();
        }
    }

    /// <summary>Does the same as <see cref="DisposeAsync"/>, and blocks meanwhile.</summary>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing && Interlocked.Exchange(ref _isClosed, 1) == 0)
        {
            CancelUnlessWritten();
            _ = Task.WaitAny(call);
            ThrowIfUnwritten();
        }
    }

    private void CancelUnlessWritten()
    {
        if (!_isWritten && !call.IsCompleted)
        {
            cancel();
        }
    }

    // Who closes a stream that it has read wants no more of it, and has read what it wanted.
    private void ThrowIfUnwritten()
    {
        if (_isWritten && !_isTold)
        {
            call.GetAwaiter().GetResult();
        }
    }

    private void WaitForCall()
    {
        _ = Task.WaitAny(call);
        _isTold = true;
        call.GetAwaiter().GetResult();
    }

    private async ValueTask AwaitCallAsync(CancellationToken cancellationToken)
    {
        Task ended = call.WaitAsync(cancellationToken);
        await ended.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _isTold |= call.IsCompleted;
        await ended.ConfigureAwait(false);
    }
}
