using DaemonRpc.Tasks;

namespace DaemonRpc.Runtime.Tests.Histories;

/// <summary>Publishes, and keeps all of it: what a board would be that forgot nothing.</summary>
internal sealed class PublishedStatuses(StatusBoard board)
{
    private readonly List<(DaemonState State, string? Message, DaemonTaskId? Task, int Group)> _all = [(DaemonState.Starting, null, null, 1)];
    private TaskDescription? _running;

    /// <summary>How many there are, of the reports of one task only one.</summary>
    public int Groups => _all[^1].Group;

    public int GroupOf(DaemonStatus status) => _all[(int)status.Sequence - 1].Group;

    /// <summary>Publishes one or many, as a daemon would next.</summary>
    public void Publish(int what, int which)
    {
        string? error = which == 0 ? $"Error {_all.Count}." : null;
        switch (what)
        {
            case 4 or 5 when _running is not null:
                board.Report($"Report {_all.Count}.", null);
                Note(DaemonState.Busy, $"Report {_all.Count}.");
                break;

            case 6 when _running is not null:
                board.QueueChanged([.. Enumerable.Range(1, which)]);
                Note(DaemonState.Busy, _all[^1].Message);
                break;

            case 7 when _running is not null:
                TaskDescription next = Admission.NewTask().Description;
                board.HandedOver(error, null, next, []);
                _running = null;
                if (error is not null)
                {
                    Note(DaemonState.Error, error);
                }

                _running = next;
                Note(DaemonState.Busy, null);
                break;

            case 8 when which == 0:
                // So many that whoever does not look loses some.
                for (int round = 0; round < 150; round++)
                {
                    Publish(9, 1);
                    Publish(7, round % 40 == 0 ? 0 : 1);
                }

                break;

            case > 8 when _running is null:
                TaskDescription begun = Admission.NewTask().Description;
                _running = begun;
                board.Busy(begun);
                Note(DaemonState.Busy, null);
                break;

            case > 8:
                board.TaskEnded(error);
                _running = null;
                Note(error is null ? DaemonState.Ready : DaemonState.Error, error);
                break;

            default:
                break;
        }
    }

    /// <summary>Checks that a status was published, and that it is the latest of its group of merged reports.</summary>
    public void AssertIsLatestOfItsGroup(DaemonStatus told)
    {
        (DaemonState state, string? message, DaemonTaskId? task, int group) = _all[(int)told.Sequence - 1];
        Assert.Equal((state, message, task), (told.State, told.Message, told.Task?.Id));
        Assert.True(told.Sequence == _all.Count || _all[(int)told.Sequence].Group > group);
    }

    private void Note(DaemonState state, string? message)
    {
        (DaemonState State, string? Message, DaemonTaskId? Task, int Group) last = _all[^1];
        bool goesOn = state == DaemonState.Busy && last.State == state && last.Task == _running?.Id;
        _all.Add((state, message, _running?.Id, goesOn ? last.Group : last.Group + 1));
    }
}
