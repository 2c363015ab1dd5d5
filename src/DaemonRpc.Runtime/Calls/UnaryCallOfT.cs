using System.Threading.Tasks.Sources;
using DaemonRpc.Framing;
using DaemonRpc.Serialization;

namespace DaemonRpc.Calls;

/// <summary>A unary call with a result type, which is also the value task source that its caller awaits.</summary>
internal sealed class UnaryCall<T> : UnaryCall, IValueTaskSource<T>, IValueTaskSource
{
    // More concurrent calls than anybody makes of a daemon that runs one at a time. Further objects are created and dropped.
    private const int MostKept = 16;

    // Not a possible version, which is a short.
    private const int Taken = int.MinValue;

    private static readonly Pool<UnaryCall<T>> s_free = new(MostKept);

    private ManualResetValueTaskSourceCore<T> _core;

    // The version whose result has not been taken yet.
    private int _untaken;

    private UnaryCall()
    {
    }

    /// <summary>Makes a call with a result.</summary>
    public static ValueTask<T> RunAsync(OutgoingCall request, CancellationToken cancellationToken)
    {
        UnaryCall<T> call = Begin(request, cancellationToken, out short version);
        return new ValueTask<T>(call, version);
    }

    /// <summary>Makes a call without a result.</summary>
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

        // If two threads take the result at the same moment, only one may: the object must not enter the pool twice.
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

            // From here on, awaiting the same ValueTask again throws.
            _core.Reset();
            if (servesAgain)
            {
                s_free.Give(this);
            }
        }
    }

    void IValueTaskSource.GetResult(short token) => _ = GetResult(token);

    // Deserialised here and not in the caller's await: the await may be on a user interface's only thread, and an unreadable result must make the call fail.
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
#pragma warning disable CA1031 // Passed on to the awaiting caller.
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
