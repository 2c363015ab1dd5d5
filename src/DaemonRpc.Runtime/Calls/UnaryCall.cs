using System.Numerics;
using DaemonRpc.Framing;
using DaemonRpc.Platform;
using DaemonRpc.Session;

namespace DaemonRpc.Calls;

/// <summary>A call with one answer, from when it is made until its caller has the result; its own first attempt, if that can be made at once.</summary>
/// <remarks>
/// The reader thread leaves the answer here and puts the call in the pool's line, so that it never runs user code: that is
/// reading the result, and the caller's continuation. A first attempt that ends with anything but a result is handed to
/// <see cref="UnaryRetry"/>, which decides, waits and tries again.
/// <para>
/// A call serves again only if nothing can still refer to it: it got a result, its request had gone out whole, so that no
/// sender holds it, and no cancellation of it was begun, whose watch would. Any other is left to the garbage collector.
/// </para>
/// </remarks>
internal abstract class UnaryCall : PendingCall, IThreadPoolWorkItem
{
    // A larger buffer is not kept for the next result.
    private const int KeptSize = 16 * 1024;
    private const int SmallestSize = 64;

    // Who made the call still registers its token, though it may be answered already: whoever comes second goes on.
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

    /// <summary>Whether nothing refers to it any more but who awaits it.</summary>
    protected bool CanServeAgain { get; private set; }

    public override void OnPart(FrameKind kind, ReadOnlySpan<byte> payload)
    {
        // A daemon of this very build never sends it; one that does is not believed in anything else.
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

    /// <summary>On a thread of the pool.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        // Whatever reads the result, or starts another daemon, does so in the context that the call was made in: its culture is part of it.
        if (_context is not { } context || context == ExecutionContext.Capture())
        {
            GoOn();
        }
        else
        {
            ExecutionContext.Run(context, static call => ((UnaryCall)call!).GoOn(), this);
        }
    }

    /// <summary>Makes the call. It ends with <see cref="Complete"/> or <see cref="Fail"/>, once.</summary>
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

    /// <summary>Reads the result and hands it, or why it cannot be read, to who awaits it. The call must not be touched afterwards.</summary>
    protected abstract void Complete(ReadOnlySpan<byte> result, byte[]? attachment, string method);

    /// <summary>Tells who awaits the call. It must not be touched afterwards.</summary>
    protected abstract void Fail(Exception exception);

    /// <summary>Forgets everything about the call.</summary>
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
        // Waits for the callback if it runs. It does not come later, when this may be another call.
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

    // Whoever awaits the call may run long on this thread, or take the result late.
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
#pragma warning disable CA1031 // Handed on to whoever awaits.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Fail(exception);
            return;
        }

        Complete(result.Payload, result.Attachment, request.Name);
    }

    /// <summary>Only sends; the answer, which says what became of the call, is still awaited.</summary>
    private void Cancel()
    {
        _endOfCanceled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _request!.Retry.Sent(_session!, this, _endOfCanceled.Task).Cancel();
    }
}
