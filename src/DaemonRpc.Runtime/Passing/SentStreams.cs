using System.Runtime.ExceptionServices;
using DaemonRpc.Platform;
using Microsoft.Win32.SafeHandles;

namespace DaemonRpc.Passing;

/// <summary>The files and streams that travel with one call, through all its attempts.</summary>
internal sealed class SentStreams(IReadOnlyList<SentStream> streams)
{
    private readonly Lock _gate = new();
    private Action<Exception>? _fail;
    private Exception? _failure;

    /// <summary>Creates a request's copies of the descriptors, in the order of the arguments. The caller owns them.</summary>
    /// <exception cref="DaemonException">The system gives this process no more descriptors.</exception>
    /// <exception cref="ObjectDisposedException">The caller has closed one.</exception>
    public SafeFileHandle[] Duplicate()
    {
        List<SafeFileHandle> copies = [];
        try
        {
            foreach (SentStream stream in streams)
            {
                copies.Add(DescriptorControl.Duplicate(stream.Descriptor));
            }

            return [.. copies];
        }
        catch (Exception exception)
        {
            copies.ForEach(static copy => copy.Dispose());
            if (exception is IOException)
            {
                throw new DaemonException($"This process, {Environment.ProcessId}, could not pass a file or stream: {exception.Message} The limit is ulimit -n, RLIMIT_NOFILE.", exception);
            }

            throw;
        }
    }

    /// <summary>Begins to copy when the call is first sent; later, follows it to its next attempt.</summary>
    /// <param name="fail">Ends the attempt with the failure of the caller's object. Called at most once.</param>
    public void Follow(Action<Exception> fail)
    {
        bool isFirst;
        Exception? failure;
        lock (_gate)
        {
            isFirst = _fail is null;
            _fail = fail;
            failure = _failure;
        }

        if (failure is not null)
        {
            fail(failure);
        }

        foreach (SentStream stream in isFirst ? streams : [])
        {
            stream.Begin(Fail);
        }
    }

    /// <summary>Ends the copying, because the call has ended.</summary>
    /// <param name="succeeded">Whether the call returned. Then everything that the handler wrote is handed over first.</param>
    /// <param name="cancellationToken">Ends the handing over.</param>
    /// <exception cref="OperationCanceledException">The call succeeded, and the token was cancelled before everything was handed over.</exception>
    /// <exception cref="Exception">The call succeeded, and one of the caller's objects failed.</exception>
    public async Task EndAsync(bool succeeded, CancellationToken cancellationToken)
    {
        Exception? first = null;
        foreach (SentStream stream in streams)
        {
            try
            {
                await stream.EndAsync(succeeded, cancellationToken).ConfigureAwait(false);
            }
#pragma warning disable CA1031 // Thrown below, when all have ended. A call that failed has a better reason already.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                first ??= exception;
            }
        }

        if (succeeded && (_failure ?? first) is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    private void Fail(Exception failure)
    {
        Action<Exception>? fail;
        lock (_gate)
        {
            if (_failure is not null)
            {
                return;
            }

            _failure = failure;
            fail = _fail;
        }

        fail?.Invoke(failure);
    }
}
