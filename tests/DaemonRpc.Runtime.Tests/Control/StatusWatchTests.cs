using System.Buffers;
using DaemonRpc.Control;
using DaemonRpc.Framing;
using DaemonRpc.Protocol;
using DaemonRpc.Session;

namespace DaemonRpc.Runtime.Tests.Control;

public sealed class StatusWatchTests
{
    private static readonly DaemonStatus s_told = new() { State = DaemonState.Ready, Sequence = 7, Place = 5, TasksFinished = 0 };

    private StatusWatch _watch = new();

    [Fact]
    public async Task Slow_consumer_is_told_how_many_statuses_it_lost_and_gets_the_last()
    {
        const int Sent = 3000;
        for (int number = 1; number <= Sent; number++)
        {
            Send(new DaemonStatus { State = DaemonState.Error, Message = $"{number}", Sequence = number, Place = number, TasksFinished = number });
        }

        List<DaemonStatus> seen = await AllAsync();

        Assert.True(seen.Count < Sent);
        Assert.Equal(Sent, seen.Sum(status => status.Missed) + seen.Count);
        Assert.Equal(seen[0].Sequence - 1, seen[0].Missed);
        Assert.Equal(Sent, seen[^1].Sequence);
    }

    [Fact]
    public async Task Reports_that_a_later_one_of_the_task_overtook_are_not_missed()
    {
        DaemonTask task = Admission.NewTask().Description.ToTask();
        for (int number = 1; number <= 3000; number++)
        {
            Send(new DaemonStatus { State = DaemonState.Busy, Task = task, Message = $"{number}", Sequence = number, Place = 9, TasksFinished = 0 });
        }

        Assert.All(await AllAsync(), status => Assert.Equal(0, status.Missed));
    }

    [Fact]
    public async Task What_the_daemon_could_not_keep_is_counted()
    {
        Send(new DaemonStatus { State = DaemonState.Ready, Sequence = 10, Place = 9, TasksFinished = 0 });
        Send(new DaemonStatus { State = DaemonState.Error, Sequence = 500, Place = 52, TasksFinished = 250 });
        Send(new DaemonStatus { State = DaemonState.Busy, Sequence = 501, Place = 53, TasksFinished = 250 });

        Assert.Equal([0L, 42, 0], (await AllAsync()).Select(status => status.Missed));
    }

    [Fact]
    public async Task Watch_that_goes_on_counts_from_the_last_status_it_was_told()
    {
        _watch = new StatusWatch(s_told);
        Send(new DaemonStatus { State = DaemonState.Busy, Sequence = 12, Place = 9, TasksFinished = 0 });

        Assert.Equal([3L], (await AllAsync()).Select(status => status.Missed));
    }

    private void Send(DaemonStatus status)
    {
        var message = new ArrayBufferWriter<byte>();
        StatusMessage.Write(message, status);
        _watch.OnPart(FrameKind.Status, message.WrittenSpan);
    }

    private async Task<List<DaemonStatus>> AllAsync()
    {
        _watch.OnClosed(new SessionEnd(null, null));
        var seen = new List<DaemonStatus>();
        await foreach (DaemonStatus status in _watch.ReadAllAsync(CancellationToken.None))
        {
            seen.Add(status);
        }

        return seen;
    }
}
