using System.Threading.Tasks.Sources;
using DaemonRpc.Framing;
using DaemonRpc.Serialization;

namespace DaemonRpc.Calls;

/// <summary>A call whose answer is of that type, and what its caller awaits.</summary>
internal sealed class UnaryCall<T> : UnaryCall, IValueTaskSource<T>, IValueTaskSource
{
    // As many calls at once as anybody makes of a daemon that runs one at a time; more are made and let go of.
    private const int MostKept = 16;

    // No version, which is a short.
    private const int Taken = int.MinValue;

    private static readonly Pool<UnaryCall<T>> s_free = new(MostKept);

    private ManualResetValueTaskSourceCore<T> _core;

    // The version whose result is still to be taken.
    private int _untaken;

    private UnaryCall()
    {
    }

    /// <summary>Makes a call.</summary>
    public static ValueTask<T> RunAsync(OutgoingCall request, CancellationToken cancellationToken)
    {
        UnaryCall<T> call = Begin(request, cancellationToken, out short version);
        return new ValueTask<T>(call, version);
    }

    /// <summary>Makes a call whose result says only that it has ended.</summary>
    public static ValueTask RunToEndAsync(OutgoingCall request, CancellationToken cancellationToken)
    {
        UnaryCall<T> call = Begin(request, cancellationToken, out short version);
        return new ValueTask(call, version);
    }

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    public T GetResult(short token)
    {
        if (_core.GetStatus(token) == ValueTaskSourceStatus.Pending)
        {
            throw new InvalidOperationException("The call has not ended yet. A ValueTask must be awaited, or turned into a task (AsTask), not waited for.");
        }

        // Of two who take it at the same moment, one does: it must not be in the pool twice.
        if (Interlocked.CompareExchange(ref _untaken, Taken, token) != token)
        {
            throw new InvalidOperationException("The call's result was taken already. A ValueTask can be awaited once.");
        }

        try
        {
            return _core.GetResult(token);
        }
        finally
        {
            bool servesAgain = CanServeAgain;
            Clear();

            // Whoever awaits the same ValueTask again is refused from here on.
            _core.Reset();
            if (servesAgain)
            {
                s_free.Give(this);
            }
        }
    }

    void IValueTaskSource.GetResult(short token) => _ = GetResult(token);

    // Here rather than where it is awaited, which may be the one thread of a user interface, and so that what cannot be
    // read has failed from the beginning.
    protected override void Complete(ReadOnlySpan<byte> result, byte[]? attachment, string method)
    {
        T? value = default;
        try
        {
            if (typeof(T) != typeof(NoResult))
            {
                _ = Value.Read(result, ref attachment, ref value, "result", method: method);
            }
        }
#pragma warning disable CA1031 // Handed on to whoever awaits.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Fail(exception);
            return;
        }

        _core.SetResult(value!);
    }

    protected override void Fail(Exception exception) => _core.SetException(exception);

    private static UnaryCall<T> Begin(OutgoingCall request, CancellationToken cancellationToken, out short version)
    {
        UnaryCall<T> call = s_free.Take() ?? new UnaryCall<T>();
        version = call._core.Version;
        call._untaken = version;
        call.Start(request, cancellationToken);
        return call;
    }
}
