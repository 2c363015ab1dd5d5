namespace DaemonRpc.Runtime.Tests.Histories;

/// <summary>Something that a client asks for, and is to be told exactly once what became of it.</summary>
internal class HistoryAsk(HistoryClient client, uint callId)
{
    public HistoryClient Client => client;

    public uint CallId => callId;

    /// <summary>What it is to be told, once that is decided.</summary>
    public string? Due { get; set; }

    /// <summary>What it was told.</summary>
    public string? Told { get; set; }

    /// <summary>Whether it has yet to be told what is decided, and can be.</summary>
    public bool IsOwed => Due is not null && Told is null && !client.IsBroken;
}

/// <summary>A call, and what is known of it without asking the daemon.</summary>
/// <param name="client">Whose it is.</param>
/// <param name="callId">Which of its calls.</param>
/// <param name="number">Names it among all; its method.</param>
/// <param name="which">Of what kind it is.</param>
internal sealed class HistoryCall(HistoryClient client, uint callId, uint number, int which) : HistoryAsk(client, callId)
{
    public uint Number => number;

    public string Name => $"Call{number}";

    /// <summary>Its wait on the wire, in milliseconds: none, without end, or as short as can be.</summary>
    public long Wait => (which % 3) switch { 0 => 0, 1 => -1, _ => 1 };

    public bool IsStream => which >= 6;

    /// <summary>Whether its handler ends as soon as its token is cancelled.</summary>
    public bool Obeys => which % 2 == 0;

    public DaemonTaskId? Task { get; set; }

    public bool IsAdmitted { get; set; }

    /// <summary>Whether it is settled.</summary>
    public bool IsDecided { get; set; }

    /// <summary>Whether force is at work on it.</summary>
    public bool IsBeingForced { get; set; }

    /// <summary>Whether the handler's end settled it, and not force.</summary>
    public bool HandlerWon { get; set; }

    public bool HasFailed { get; set; }

    /// <summary>Who was the first to have it cancelled.</summary>
    public int? CanceledBy { get; set; }

    public List<HistoryAsk> Cancellers { get; } = [];

    public bool HasBegun { get; set; }

    public bool HasEnded { get; set; }

    /// <summary>Whether its handler waits until it may go on.</summary>
    public bool IsAway { get; set; }

    /// <summary>Whether it has given the slot to others, and has not got it back.</summary>
    public bool HasGivenWay { get; set; }

    public CancellationToken Token { get; set; }

    /// <summary>What its handler does next. Continuations run where that is said: nothing in a history happens on other threads.</summary>
    public TaskCompletionSource<Ending> Next { get; set; } = new();
}

/// <summary>How a handler ends, or that it gives way.</summary>
internal enum Ending
{
    Returns,
    Throws,
    GivesUp,
    GivesWay,
}
