using System.Numerics;
using DaemonRpc.Framing;
using DaemonRpc.Platform;
using DaemonRpc.Session;

namespace DaemonRpc.Calls;

/// <summary>A unary call, from when it is made until its caller has the result. Also its own first attempt, if that can be made at once.</summary>
/// <remarks>
/// The reader thread stores the answer here and queues the call to the thread pool, so that it never runs user code: reading the result and
/// the caller's continuation are user code. If the first attempt ends without a result, <see cref="UnaryRetry"/> takes over: it decides, waits
/// and tries again. A call object is reused only if nothing can still refer to it: it got a result, its request was sent completely, so that
/// no sender holds it, and no cancellation was begun, whose liveness probe would hold it. Other objects are left to the garbage collector.
/// </remarks>
internal abstract class UnaryCall : PendingCall, IThreadPoolWorkItem
{
    // A larger buffer is not kept for the next result.
    private const int KeptSize = 16 * 1024;
    private const int SmallestSize = 64;

    // Two sides must finish: the caller, which still registers its token, and the answer. Whichever finishes second continues.
    private const int Both = 2;

    private OutgoingCall? _request;
    private ClientSession? _session;
    private ExecutionContext? _context;
    private CancellationToken _callers;
    private CancellationTokenRegistration _registration;
    private TaskCompletionSource? _endOfCanceled;
    private int _awaited;
    private CallEnd _end;
    private byte[] _result = [];
    private int _resultLength;
    private ReadOnlyMemory<byte> _largeResult;

    /// <summary>Whether nothing but the awaiting caller refers to this object.</summary>
    protected bool CanServeAgain { get; private set; }

    public override void OnPart(FrameKind kind, ReadOnlySpan<byte> payload)
    {
        // No daemon of this build sends items here. If one does, nothing else of it is trusted either.
        if (_session!.Forget(this))
        {
            GoOnWith(new CallEnd(FrameKind.Item, [], null));
        }
    }

    public override void OnEnd(FrameKind kind, ReadOnlySpan<byte> payload)
    {
        if (kind != FrameKind.Result)
        {
            GoOnWith(new CallEnd(kind, payload.ToArray(), null));
            return;
        }

        if (_result.Length < payload.Length)
        {
            _result = new byte[payload.Length > KeptSize ? payload.Length : (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(payload.Length, SmallestSize))];
        }

        payload.CopyTo(_result);
        _resultLength = payload.Length;
        GoOnWith(new CallEnd(kind, [], null));
    }

    public override void OnLargeEnd(FrameKind kind, ReadOnlyMemory<byte> payload)
    {
        if (kind != FrameKind.Result)
        {
            OnEnd(kind, payload.Span);
            return;
        }

        _largeResult = payload;
        GoOnWith(new CallEnd(kind, [], null));
    }

    public override void OnClosed(SessionEnd end) => GoOnWith(new CallEnd(default, [], end));

    /// <summary>Runs on a pool thread.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        // Reading the result and starting another daemon happen in the execution context of the call, which includes its culture.
        if (_context is not { } context || context == ExecutionContext.Capture())
        {
            GoOn();
        }
        else
        {
            ExecutionContext.Run(context, static call => ((UnaryCall)call!).GoOn(), this);
        }
    }

    /// <summary>Makes the call, which ends with <see cref="Complete"/> or <see cref="Fail"/>, once.</summary>
    protected void Start(OutgoingCall request, CancellationToken cancellationToken)
    {
        _request = request;
        _callers = cancellationToken;
        UnaryRetry retry = request.Retry;
        retry.Begin();
        if (retry.TryConnect(cancellationToken) is not { } session)
        {
            _ = RunAsync(null);
            return;
        }

        _session = session;
        _context = ExecutionContext.Capture();
        _awaited = Both;
        if (!retry.TryStart(session, this, credit: 0))
        {
            _ = RunAsync(null);
            return;
        }

        _registration = cancellationToken.UnsafeRegister(static call => ((UnaryCall)call!).Cancel(), this);
        GoOnAfterBoth();
    }

    /// <summary>Reads the result and completes the call with it, or with the reason why it cannot be read. The object must not be used afterwards.</summary>
    protected abstract void Complete(ReadOnlySpan<byte> result, byte[]? attachment, string method);

    /// <summary>Completes the call with an exception. The object must not be used afterwards.</summary>
    protected abstract void Fail(Exception exception);

    /// <summary>Resets the object.</summary>
    protected void Clear()
    {
        Renew();
        _request = null;
        _session = null;
        _context = null;
        _callers = default;
        _registration = default;
        _end = default;
        _largeResult = default;
        CanServeAgain = false;
        if (_result.Length > KeptSize)
        {
            _result = [];
        }
    }

    private void GoOnWith(CallEnd end)
    {
        _end = end;
        GoOnAfterBoth();
    }

    private void GoOnAfterBoth()
    {
        if (Interlocked.Decrement(ref _awaited) == 0)
        {
            PoolThreads.Give(this);
        }
    }

    private void GoOn()
    {
        // Waits for the callback if it is running. It cannot run later, when this object may be another call.
        _registration.Dispose();
        _ = _endOfCanceled?.TrySetResult();
        if (!_end.IsResult)
        {
            _ = RunAsync(new EndedAttempt(_session!, this, _end));
            return;
        }

        string method = _request!.Name;
        CanServeAgain = WhollyWritten && _endOfCanceled is null;
        if (CanServeAgain)
        {
            _request.Return();
        }

        if (_largeResult.IsEmpty)
        {
            Complete(_result.AsSpan(0, _resultLength), TakeAttachment(), method);
        }
        else
        {
            Complete(TakeLargeResult(), TakeAttachment(), method);
        }
    }

    // Released before the caller continues, which may run long on this thread, or take the result late.
    private ReadOnlySpan<byte> TakeLargeResult()
    {
        ReadOnlySpan<byte> result = _largeResult.Span;
        _largeResult = default;
        return result;
    }

    private async Task RunAsync(EndedAttempt? made)
    {
        OutgoingCall request = _request!;
        CallEnd result;
        try
        {
            result = await request.Retry.RunAsync(made, _callers).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Passed on to the awaiting caller.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Fail(exception);
            return;
        }

        Complete(result.Payload, result.Attachment, request.Name);
    }

    /// <summary>Sends the cancellation. The answer, which reports the call's outcome, is still awaited.</summary>
    private void Cancel()
    {
        _endOfCanceled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _request!.Retry.Sent(_session!, this, _endOfCanceled.Task).Cancel();
    }
}
