using DaemonRpc.Tasks;

namespace DaemonRpc.Runtime.Tests.Histories;

/// <summary>A watcher that looks at the board itself, whenever the test says, and counts what it missed as a watch does.</summary>
internal sealed class BoardWatch
{
    private readonly StatusBoard _board;

    public BoardWatch(StatusBoard board)
    {
        _board = board;
        Told = [board.Current];
    }

    /// <summary>Everything it was told, the first one included.</summary>
    public List<DaemonStatus> Told { get; }

    /// <summary>Takes what is new.</summary>
    public IReadOnlyList<DaemonStatus> Look()
    {
        List<DaemonStatus> fresh = [];
        foreach (DaemonStatus status in _board.Since(Told[^1].Sequence))
        {
            fresh.Add(status.After(Math.Max(0, status.Place - Told[^1].Place - 1)));
            Told.Add(fresh[^1]);
        }

        return fresh;
    }
}
