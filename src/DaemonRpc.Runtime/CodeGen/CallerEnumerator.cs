using System.Threading.Channels;
using DaemonRpc.Calls;
using DaemonRpc.Framing;
using DaemonRpc.Serialization;
using DaemonRpc.Tasks;

namespace DaemonRpc.CodeGen;

/// <summary>One enumeration of a stream that the caller passed. Its caller runs ahead by a bounded number of bytes.</summary>
/// <param name="asks">What the task asks of its caller.</param>
/// <param name="argument">The position of the caller's stream among the call's arguments.</param>
/// <param name="method">The name of the task's method, for messages.</param>
/// <param name="tasks">The task's token.</param>
/// <param name="enumerators">The token of whoever enumerates.</param>
internal sealed class CallerEnumerator<T>(CallerAsks asks, ushort argument, string method, CancellationToken tasks, CancellationToken enumerators)
    : PendingAsk, IAsyncEnumerator<T>
{
    // How many bytes the caller may run ahead of the handler, as for the items that a daemon streams.
    private const int Window = 256 * 1024;
    private const int LargeWindow = 1024 * 1024;

    // Bounded by the credit.
    private readonly Channel<Items> _frames = Channel.CreateUnbounded<Items>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = false });

    private CancellationTokenSource? _either;
    private byte[] _bytes = [];
    private byte[]? _attachment;
    private int _offset;
    private long _cost;
    private long _consumed;
    private int _window = Window;
    private long _credit = Window;
    private bool _isBegun;
    private bool _isDisposed;
    private Exception? _failure;

    public T Current { get; private set; } = default!;

    public ValueTask<bool> MoveNextAsync()
    {
        if (_offset == _bytes.Length)
        {
            return MoveToNextFrameAsync();
        }

        ReadItem();
        return new ValueTask<bool>(true);
    }

    public ValueTask DisposeAsync()
    {
        _isDisposed = true;
        _either?.Dispose();
        if (_isBegun)
        {
            asks.Withdraw(this);
            _ = _frames.Writer.TryComplete();
        }

        return ValueTask.CompletedTask;
    }

    public override void OnItems(byte[] items, byte[]? attachment)
    {
        var frame = new Items(FrameKind.AskedItems, items, attachment);
        if (Interlocked.Read(ref _credit) <= 0)
        {
            throw new DaemonProtocolException($"The client sent more items to {method} than the daemon had asked for.");
        }

        _ = Interlocked.Add(ref _credit, -frame.Cost);
        Wake(() => _ = _frames.Writer.TryWrite(frame));
    }

    public override void OnAnswer(CallerFailureException? failure, ReadOnlySpan<byte> result, byte[]? attachment) => End(failure);

    public override void OnClosed(Exception reason) => End(reason);

    private async ValueTask<bool> MoveToNextFrameAsync()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        CancellationToken cancellationToken = Begin();
        GrantConsumed();
        while (_offset == _bytes.Length)
        {
            if (_frames.Reader.TryRead(out Items frame))
            {
                (_bytes, _attachment, _offset, _cost) = (frame.Bytes, frame.Attachment, 0, _cost + frame.Cost);
            }
            else if (!await WaitAsync(cancellationToken).ConfigureAwait(false))
            {
                return _failure is null ? false : throw _failure;
            }
        }

        ReadItem();
        return true;
    }

    private CancellationToken Begin()
    {
        bool hasBoth = enumerators.CanBeCanceled && enumerators != tasks;
        if (!_isBegun)
        {
            enumerators.ThrowIfCancellationRequested();
            tasks.ThrowIfCancellationRequested();
            asks.Begin(this, asks.Frame(argument, Window));
            _isBegun = true;
            _either = hasBoth ? CancellationTokenSource.CreateLinkedTokenSource(tasks, enumerators) : null;
        }

        return _either?.Token ?? tasks;
    }

    private async ValueTask<bool> WaitAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _frames.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (_either is not null)
        {
            // The handler knows two tokens, and this is neither of them.
            throw new OperationCanceledException(exception.Message, exception, enumerators.IsCancellationRequested ? enumerators : tasks);
        }
    }

    // Credit is granted again for every half of the window.
    private void GrantConsumed()
    {
        _consumed += _cost;
        _cost = 0;
        if (_consumed >= _window / 2)
        {
            // Counted before the caller can use it.
            _ = Interlocked.Add(ref _credit, _consumed);
            asks.Demand(this, (int)Math.Min(_consumed, int.MaxValue));
            _consumed = 0;
        }
    }

    private void ReadItem()
    {
        if (_attachment is not null && _window < LargeWindow)
        {
            // Each pause of the caller costs as much as transferring some of them.
            _consumed += LargeWindow - _window;
            _window = LargeWindow;
        }

        T? item = default;
        _ = Value.Read(Items.Next(_bytes, ref _offset), ref _attachment, ref item, "item", method: method);
        Current = item!;
    }

    private void End(Exception? failure)
    {
        _failure = failure;
        Wake(() => _ = _frames.Writer.TryComplete());
    }
}
