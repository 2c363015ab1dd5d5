using DaemonRpc.Tasks;

namespace DaemonRpc.Runtime.Tests.Histories;

/// <summary>A watcher that looks at the board itself, whenever the test says.</summary>
internal sealed class BoardWatch
{
    private readonly StatusBoard _board;
    private long _place;

    public BoardWatch(StatusBoard board)
    {
        _board = board;
        Told = [board.Begin(out _place)];
    }

    /// <summary>Everything it was told, the first one included.</summary>
    public List<DaemonStatus> Told { get; }

    /// <summary>Takes what is new.</summary>
    public IReadOnlyList<DaemonStatus> Look()
    {
        List<DaemonStatus> fresh = _board.Since(Told[^1].Sequence, ref _place);
        Told.AddRange(fresh);
        return fresh;
    }
}
