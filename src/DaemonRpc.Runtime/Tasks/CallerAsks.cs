using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using DaemonRpc.Framing;
using DaemonRpc.Protocol;
using DaemonRpc.Session;

namespace DaemonRpc.Tasks;

/// <summary>What a task has asked of its caller. Ends with the task, or with the caller's connection.</summary>
/// <remarks>Whoever removes an ask ends it, and an ask can be removed only once. That settles the race between an answer and the task's end.</remarks>
/// <param name="owner">The caller's session.</param>
/// <param name="callId">The task's call.</param>
/// <param name="chain">The chain of the calls that the caller's code makes while it answers.</param>
/// <param name="flush">Sends the progress reports that wait for others.</param>
/// <param name="onAwaits">Is told the callback's method whose answer the task awaits, or null. Must not wait.</param>
internal sealed class CallerAsks(ServerSession owner, uint callId, CallChain chain, Action flush, Action<string?> onAwaits)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<uint, PendingAsk> _open = [];
    private uint _last;
    private Func<Exception>? _closed;

    /// <summary>Begins the frame of an ask.</summary>
    /// <param name="argument">The position of the asked object among the call's arguments.</param>
    /// <param name="creditOrMethod">How many bytes of items the caller may send, or the callback's method.</param>
    public FrameBuffer Frame(ushort argument, uint creditOrMethod) => new Ask(0, argument, chain, creditOrMethod).ToFrame();

    /// <summary>Asks the caller. Takes ownership of the frame.</summary>
    /// <param name="ask">Is told what comes.</param>
    /// <param name="frame">The frame that <see cref="Frame"/> has begun.</param>
    /// <exception cref="InvalidOperationException">The call has ended.</exception>
    /// <exception cref="IOException">The caller has gone.</exception>
    public void Begin(PendingAsk ask, FrameBuffer frame)
    {
        // What was reported before the question is read before it.
        flush();
        lock (_gate)
        {
            if (_closed is not null)
            {
                frame.Return();
                throw _closed();
            }

            ask.Number = ++_last;
            _open.Add(ask.Number, ask);
            if (ask.Method is { } method)
            {
                onAwaits(method);
            }

            // Sent under the lock, so that asks reach the caller in the order of their numbers, and none after the call's end.
            Ask.SetNumber(frame, ask.Number);
            owner.Send(FrameKind.Ask, callId, frame);
        }
    }

    /// <summary>Allows the caller to send this many more bytes of items.</summary>
    public void Demand(PendingAsk ask, int bytes)
    {
        FrameBuffer frame = AskNumber.Begin(ask.Number);
        BinaryPrimitives.WriteInt32LittleEndian(frame.GetSpan(sizeof(int)), bytes);
        frame.Advance(sizeof(int));
        owner.Send(FrameKind.Demand, callId, frame);
    }

    /// <summary>Ends an ask that the handler has lost interest in, unless it has been answered.</summary>
    public void Withdraw(PendingAsk ask)
    {
        if (TryTake(ask.Number, out _))
        {
            owner.Send(FrameKind.Withdraw, callId, AskNumber.Begin(ask.Number));
        }
    }

    /// <summary>Passes on what the caller sent. An ask that has ended meanwhile gets nothing.</summary>
    /// <exception cref="DaemonProtocolException">The caller answered what nobody asked, or sent more than it may.</exception>
    public void OnAnswer(FrameKind kind, ReadOnlySpan<byte> payload, byte[]? attachment)
    {
        uint number = AskNumber.Read(payload, kind, out ReadOnlySpan<byte> rest);
        if (kind == FrameKind.AskedItems)
        {
            Find(number)?.OnItems(rest.ToArray(), attachment);
        }
        else if (Find(number) is not null)
        {
            // Read before the ask is taken, which must then be ended.
            ReadOnlySpan<byte> result = AnswerMessage.Read(rest, out ErrorMessage? error);
            if (TryTake(number, out PendingAsk? ask))
            {
                ask.OnAnswer(error is null ? null : new CallerFailureException(this, number, error), result, attachment);
            }
        }
    }

    /// <summary>Ends all asks, and lets none begin.</summary>
    /// <param name="reason">Creates the handler's exception.</param>
    public void Close(Func<Exception> reason)
    {
        PendingAsk[] open;
        lock (_gate)
        {
            _closed ??= reason;
            open = [.. _open.Values];
            _open.Clear();
            if (open.Any(static ask => ask.Method is not null))
            {
                onAwaits(null);
            }
        }

        foreach (PendingAsk ask in open)
        {
            ask.OnClosed(reason());
        }
    }

    private PendingAsk? Find(uint number)
    {
        lock (_gate)
        {
            Check(number);
            return _open.GetValueOrDefault(number);
        }
    }

    private bool TryTake(uint number, [NotNullWhen(true)] out PendingAsk? ask)
    {
        lock (_gate)
        {
            Check(number);
            bool isTaken = _open.Remove(number, out ask);
            if (ask?.Method is not null)
            {
                onAwaits(_open.Values.Where(static open => open.Method is not null).MaxBy(static open => open.Number)?.Method);
            }

            return isTaken;
        }
    }

    private void Check(uint number)
    {
        if (number == 0 || number > _last)
        {
            throw new DaemonProtocolException($"The client answered ask {number} of a call that has asked {_last} times.");
        }
    }
}
