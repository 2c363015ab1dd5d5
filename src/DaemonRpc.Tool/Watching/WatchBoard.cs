using System.Runtime.CompilerServices;
using System.Threading.Channels;
using DaemonRpc.Tool.Daemons;

namespace DaemonRpc.Tool.Watching;

/// <summary>What all watched daemons are doing, as it changes. Looks for new daemons, and for silent ones, once a second.</summary>
/// <remarks>A status comes from the daemon as soon as it changes; the look only tells what daemons there are, and which of them do not answer.</remarks>
internal sealed class WatchBoard(DaemonQuery query)
{
    // A daemon that nobody watches yet announces itself to nobody.
    private static readonly TimeSpan s_pace = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly List<WatchedDaemon> _rows = [];
    private readonly Channel<WatchedDaemon> _changes = Channel.CreateUnbounded<WatchedDaemon>();

    /// <summary>The daemons, ordered by id and instance.</summary>
    public IReadOnlyList<WatchedDaemon> Rows
    {
        get
        {
            lock (_gate)
            {
                return [.. _rows.OrderBy(static row => row.Daemon.Id, StringComparer.Ordinal).ThenBy(static row => row.Daemon.Instance, StringComparer.Ordinal)];
            }
        }
    }

    /// <summary>Streams the rows that have changed.</summary>
    /// <param name="untilGone">Whether the stream ends when no daemon is left.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async IAsyncEnumerable<WatchedDaemon> ChangesAsync(bool untilGone, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task looking = LookAsync(untilGone, ending.Token);
        try
        {
            await foreach (WatchedDaemon row in _changes.Reader.ReadAllAsync(cancellationToken))
            {
                yield return row;
            }
        }
        finally
        {
            await ending.CancelAsync();
            await looking;
        }
    }

    private async Task LookAsync(bool untilGone, CancellationToken ending)
    {
        List<Task> watching = [];
        Exception? failure = null;
        try
        {
            do
            {
                _ = watching.RemoveAll(static task => task.IsCompleted);
                HashSet<WatchedDaemon> seen = [];
                await foreach (DaemonReport report in query.FindAsync(includeEnded: false, ending))
                {
                    WatchedDaemon row = Note(report);
                    _ = seen.Add(row);
                    if (report.Status is not null && row.TryBegin())
                    {
                        watching.Add(WatchAsync(row, ending));
                    }
                }

                Forget(seen);
                await WaitAsync(watching, ending);
            }
            while (!untilGone || Rows.Count > 0);
        }
        catch (OperationCanceledException)
        {
            // The user has seen enough.
        }
        catch (Exception exception) when (exception is DaemonException or IOException)
        {
            failure = exception;
        }

        _ = _changes.Writer.TryComplete(failure);
        await Task.WhenAll(watching);
    }

    /// <summary>Waits until it is time to look again: after a second, or when a daemon has ended, which may have a successor.</summary>
    private static async Task WaitAsync(List<Task> watching, CancellationToken ending)
    {
        using var pace = new PeriodicTimer(s_pace);
        _ = await Task.WhenAny([.. watching, pace.WaitForNextTickAsync(ending).AsTask()]);
        ending.ThrowIfCancellationRequested();
    }

    /// <summary>Removes the silent daemons that the latest look has not found any more.</summary>
    private void Forget(HashSet<WatchedDaemon> seen)
    {
        lock (_gate)
        {
            foreach (WatchedDaemon row in _rows.Where(row => !row.IsWatched && !seen.Contains(row)).ToArray())
            {
                Remove(row);
            }
        }
    }

    /// <summary>Notes what a look has found.</summary>
    private WatchedDaemon Note(DaemonReport report)
    {
        lock (_gate)
        {
            if (_rows.Find(row => row.Is(report.Daemon)) is not { } row)
            {
                _rows.Add(row = new WatchedDaemon(report.Daemon));
            }

            if (row.Note(report))
            {
                Tell(row);
            }

            return row;
        }
    }

    private async Task WatchAsync(WatchedDaemon row, CancellationToken ending)
    {
        try
        {
            await foreach (DaemonStatus status in row.Daemon.WatchStatusAsync(ending))
            {
                lock (_gate)
                {
                    if (_rows.Exists(other => other != row && other.Is(row.Daemon)))
                    {
                        // The watch has gone on with a successor that a look had found before, and that has a row of its own.
                        break;
                    }

                    row.Note(status);
                    Tell(row);
                }
            }
        }
        catch (OperationCanceledException)
        {
            return;
        }
        catch (DaemonException)
        {
            // It ended, or hangs, before it could be watched: the next look tells which.
        }

        lock (_gate)
        {
            Remove(row);
        }
    }

    private void Remove(WatchedDaemon row)
    {
        _ = _rows.Remove(row);
        row.End();
        Tell(row);
    }

    private void Tell(WatchedDaemon row) => _ = _changes.Writer.TryWrite(row.Copy());
}
