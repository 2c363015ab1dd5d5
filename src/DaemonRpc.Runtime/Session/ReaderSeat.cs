namespace DaemonRpc.Session;

/// <summary>Who reads a connection: the thread that also does the work its requests lead to, or another that took over as the work did not end at once.</summary>
/// <remarks>
/// Each piece of work has a ticket. Its thread gets the seat back, or another takes it; of the two, one wins
/// (<see cref="TryLeave"/>, <see cref="TryTake"/>), and whoever has it reads on.
/// </remarks>
/// <param name="readOn">Reads on, on the thread that took the seat.</param>
internal sealed class ReaderSeat(Action readOn)
{
    // Twice the ticket, and one more while its work is done.
    private long _state;

    /// <summary>What is being done, to see whether it is still the same later.</summary>
    public long State => Volatile.Read(ref _state);

    public Action ReadOn => readOn;

    public static bool IsWorking(long state) => (state & 1) != 0;

    /// <summary>The reader begins with a piece of work. Returns its ticket.</summary>
    public long Begin()
    {
        long state = (_state + 2) | 1;

        // A full fence: whoever watches must either see this, or be seen to sleep.
        _ = Interlocked.Exchange(ref _state, state);
        return state;
    }

    /// <summary>The work is done. False when somebody else reads meanwhile.</summary>
    public bool TryLeave(long ticket) => Interlocked.CompareExchange(ref _state, ticket - 1, ticket) == ticket;

    /// <summary>Somebody else is to read, as the work takes long. False when it was done just now.</summary>
    public bool TryTake(long ticket) => TryLeave(ticket);
}
