using DaemonRpc.Launch;
using DaemonRpc.Platform;
using DaemonRpc.Protocol;
using DaemonRpc.Server;
using DaemonRpc.Tasks;
using Microsoft.Extensions.Time.Testing;

namespace DaemonRpc.Runtime.Tests.Server;

public sealed class ReentrancyTests
{
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch);
    private readonly RunningTask _running = Admission.NewTask("HoldAsync");

    [Theory]
    [InlineData(-30_000, false)]
    [InlineData(-9_000, true)]
    [InlineData(0, true)]
    public void Program_of_the_daemon_is_part_of_the_task_that_had_begun_when_it_was_started(long startedAgo, bool isWithin)
    {
        // The task began at the clock's epoch, which is ten seconds ago.
        _clock.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(isWithin, IsWithin(new DaemonTaskId(1, -(ProcessTime.Now + startedAgo))));
    }

    [Fact]
    public void Program_of_another_daemon_is_no_part_of_any_task_here() => Assert.False(IsWithin(new DaemonTaskId(2, -ProcessTime.Now)));

    [Fact]
    public void Idle_daemon_that_is_made_waits_for_nobody() =>
        Assert.False(Reentrancy.IsWithin(CallChain.Append(null, _running.Description.Id), 1, [], isStarting: false, _clock));

    [Fact]
    public void Task_that_gave_way_is_waited_for_as_the_running_one_is()
    {
        RunningTask yielded = Admission.NewTask("CheckAsync");

        Assert.True(Reentrancy.IsWithin(CallChain.Append(null, yielded.Description.Id), 1, [_running, yielded], isStarting: false, _clock));
        Assert.True(Reentrancy.IsWithin(CallChain.Append(null, _running.Description.Id), 1, [_running, yielded], isStarting: false, _clock));
    }

    [Fact]
    public void Error_names_method_daemon_task_and_way_and_says_what_to_do()
    {
        DaemonTaskId task = _running.Description.Id;
        CallChain? chain = null;
        foreach (DaemonTaskId link in (DaemonTaskId[])[new(8, 1), task, new(9, 5)])
        {
            chain = CallChain.Append(chain, link);
        }

        DaemonStatus status = new() { State = DaemonState.Busy, Task = _running.Description.ToTask(), Sequence = 1, TasksFinished = 0 };

        string message = Reentrancy.Exception("AddAsync", DaemonAddress.InProcess("test.daemon"), 1, status, chain).Message;

        Assert.StartsWith($"AddAsync was called from within the task HoldAsync ({task}) of the daemon ", message, StringComparison.Ordinal);
        Assert.Contains("test.daemon", message, StringComparison.Ordinal);
        Assert.Contains($"by its own code which called another daemon (task {new DaemonTaskId(9, 5)}), which made the call.", message, StringComparison.Ordinal);
        Assert.Contains("call its method directly", message, StringComparison.Ordinal);
    }

    private bool IsWithin(DaemonTaskId link) => Reentrancy.IsWithin(CallChain.Append(null, link), 1, [_running], isStarting: false, _clock);
}
