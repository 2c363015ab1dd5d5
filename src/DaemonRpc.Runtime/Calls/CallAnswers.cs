using System.Buffers.Binary;
using DaemonRpc.Framing;
using DaemonRpc.Platform;
using DaemonRpc.Protocol;
using DaemonRpc.Session;
using DaemonRpc.Tasks;

namespace DaemonRpc.Calls;

/// <summary>Answers what the daemon asks of the arguments of one call, with the caller's own code, which runs in the pool within the call's execution context.</summary>
/// <param name="session">The call's session.</param>
/// <param name="call">The call.</param>
/// <param name="method">The method's name, for messages.</param>
/// <param name="arguments">The arguments that can be asked.</param>
internal sealed class CallAnswers(ClientSession session, PendingCall call, string method, IReadOnlyList<AskedArgument> arguments)
{
    // The handler lets one failure pass, nearly always the last.
    private const int MostFailuresKept = 16;

    private readonly ExecutionContext? _context = ExecutionContext.Capture();
    private readonly Lock _gate = new();
    private readonly Dictionary<uint, OpenAnswer> _open = [];
    private readonly Queue<(uint Ask, Exception Failure)> _failures = [];
    private bool _closed;

    /// <summary>Receives what the daemon asks. Runs no user code.</summary>
    /// <returns>Begins a callback, in the pool, when the progress reports before it have been handed over; or null.</returns>
    /// <exception cref="DaemonProtocolException">The daemon asks what cannot be asked.</exception>
    public Action? OnPart(FrameKind kind, ReadOnlySpan<byte> payload, byte[]? attachment)
    {
        if (kind == FrameKind.Ask)
        {
            var ask = Ask.Read(payload);
            return Begin(new AskedThing(ask, payload[ask.Size..], attachment));
        }

        uint number = AskNumber.Read(payload, kind, out ReadOnlySpan<byte> rest);
        OpenAnswer? answer;
        lock (_gate)
        {
            // It may have ended, because the caller's code had no more items, or failed.
            answer = _open.GetValueOrDefault(number);
        }

        if (kind == FrameKind.Withdraw)
        {
            answer?.Cancel();
        }
        else
        {
            answer?.AddCredit(rest.Length == sizeof(int)
                ? BinaryPrimitives.ReadInt32LittleEndian(rest)
                : throw new DaemonProtocolException($"A demand has {rest.Length} bytes after its number instead of 4."));
        }

        return null;
    }

    /// <summary>Returns the exception with which the caller's code answered an ask; null if it did not fail.</summary>
    public Exception? FailureOf(uint ask)
    {
        lock (_gate)
        {
            return _failures.FirstOrDefault(failure => failure.Ask == ask).Failure;
        }
    }

    /// <summary>
    /// Ends all answers, because the call has ended. Waits for the caller's code to clean up, but not for a stream that waits for its next item, which
    /// may never come.
    /// </summary>
    public async Task CloseAsync()
    {
        OpenAnswer[] open;
        lock (_gate)
        {
            _closed = true;
            open = [.. _open.Values];
        }

        foreach (OpenAnswer answer in open)
        {
            answer.Cancel();
        }

        // Only then, for the clean-up of one may wait for another.
        foreach (OpenAnswer answer in open)
        {
            await answer.EndAsync().ConfigureAwait(false);
        }
    }

    private Action? Begin(in AskedThing asked)
    {
        Ask ask = asked.Ask;
        AskedArgument argument = arguments.FirstOrDefault(argument => argument.Position == ask.Argument)
            ?? throw new DaemonProtocolException($"The daemon asked argument {ask.Argument} of {method}, which cannot be asked.");
        OpenAnswer answer = argument.Begin(session, call.Id, method, asked);
        lock (_gate)
        {
            if (_closed)
            {
                return null;
            }

            if (!_open.TryAdd(ask.Number, answer))
            {
                throw new DaemonProtocolException($"The daemon used the number {ask.Number} for two asks of {method}.");
            }
        }

        Action start = () => PoolThreads.Give(() => ThreadPool.UnsafeQueueUserWorkItem(static run => run(), () => Run(answer, ask.Chain), preferLocal: false));
        if (argument.IsCallback)
        {
            return start;
        }

        start();
        return null;
    }

    private void Run(OpenAnswer answer, CallChain chain)
    {
        if (_context is null)
        {
            _ = RunAsync(answer, chain);
            return;
        }

        ExecutionContext.Run(_context, _ => { _ = RunAsync(answer, chain); }, null);
    }

    private async Task RunAsync(OpenAnswer answer, CallChain chain)
    {
        TaskFlow.EnterAnswer(chain);
        await answer.RunAsync(session, call.Id, Keep).ConfigureAwait(false);
        lock (_gate)
        {
            _ = _open.Remove(answer.Ask);
        }
    }

    private void Keep(uint ask, Exception failure)
    {
        lock (_gate)
        {
            if (_failures.Count == MostFailuresKept)
            {
                _ = _failures.Dequeue();
            }

            _failures.Enqueue((ask, failure));
        }
    }
}
