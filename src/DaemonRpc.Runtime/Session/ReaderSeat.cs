namespace DaemonRpc.Session;

/// <summary>
/// Decides which thread reads a connection: the one that also does the work of its requests, or another one that took
/// over because the work did not end at once.
/// </summary>
/// <remarks>
/// Each piece of work has a ticket. Either its thread keeps the seat, or another thread takes it; exactly one wins
/// (<see cref="TryLeave"/>, <see cref="TryTake"/>) and reads on.
/// </remarks>
/// <param name="readOn">Reads on, on the thread that took the seat.</param>
internal sealed class ReaderSeat(Action readOn)
{
    // Twice the ticket, plus one while its work is being done.
    private long _state;

    /// <summary>The current state, to detect later whether the same work is still being done.</summary>
    public long State => Volatile.Read(ref _state);

    public Action ReadOn => readOn;

    public static bool IsWorking(long state) => (state & 1) != 0;

    /// <summary>Begins a piece of work, as the reader. Returns its ticket.</summary>
    public long Begin()
    {
        long state = (_state + 2) | 1;

        // A full fence: either the watch sees this write, or this thread sees that the watch sleeps.
        _ = Interlocked.Exchange(ref _state, state);
        return state;
    }

    /// <summary>Ends a piece of work, as its thread. Returns false when another thread reads meanwhile.</summary>
    public bool TryLeave(long ticket) => Interlocked.CompareExchange(ref _state, ticket - 1, ticket) == ticket;

    /// <summary>Takes the seat from work that takes long. Returns false when the work has just ended.</summary>
    public bool TryTake(long ticket) => TryLeave(ticket);
}
