using DaemonRpc.Protocol;
using DaemonRpc.Tasks;

namespace DaemonRpc.Runtime.Tests.Tasks;

public sealed class TaskFlowTests
{
    private const long Incarnation = 1;

    private readonly TaskSlot _slot = new(new StatusBoard(), incarnation: 1, TimeProvider.System);
    private readonly TaskFlow _flow;

    public TaskFlowTests() => _flow = new TaskFlow(_slot, Incarnation);

    public static TheoryData<bool> Marks => [true, false];

    [Theory]
    [MemberData(nameof(Marks))]
    public async Task Code_of_the_running_task_knows_it_and_other_code_does_not(bool own)
    {
        RunningTask task = Admit();
        Func<Task<CallChain?>> later = await InTaskAsync(task, own);

        Assert.Equal([task.Description.Id], (await later())!.Links);
        Assert.Null(TaskFlow.Current);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public async Task Code_that_a_task_has_left_running_is_not_part_of_the_next_one(bool own, bool nextOwn)
    {
        RunningTask first = Admit();
        Func<Task<CallChain?>> later = await InTaskAsync(first, own);
        _slot.Release(first, null);
        _ = await InTaskAsync(Admit(), nextOwn);

        Assert.Equal([new DaemonTaskId(Incarnation, 0)], (await later())!.Links);
    }

    [Fact]
    public async Task Chain_of_a_call_begins_with_that_of_the_task()
    {
        RunningTask task = Admit(CallChain.Append(null, new DaemonTaskId(9, 9)));

        CallChain? chain = await (await InTaskAsync(task, own: true))();

        Assert.Equal([new DaemonTaskId(9, 9), task.Description.Id], chain!.Links);
    }

    [Fact]
    public async Task What_a_task_has_left_running_is_not_waited_for_by_the_callers_of_the_task()
    {
        RunningTask task = Admit(CallChain.Append(null, new DaemonTaskId(9, 9)));
        Func<Task<CallChain?>> later = await InTaskAsync(task, own: true);
        _slot.Release(task, null);

        Assert.Equal([new DaemonTaskId(Incarnation, 0)], (await later())!.Links);
    }

    [Fact]
    public async Task Whoever_waits_for_a_daemon_waits_for_its_factory_and_for_nothing_that_it_left_running()
    {
        TaskFlow outer = new(new TaskSlot(new StatusBoard(), incarnation: 1, TimeProvider.System), 9);
        Func<Task<CallChain?>> later = await InFactoryAsync();

        Assert.Equal([new DaemonTaskId(9, 0), new DaemonTaskId(Incarnation, 0)], (await later())!.Links);
        _flow.LeaveFactory();
        _ = await InTaskAsync(Admit(), own: false);
        Assert.Equal([new DaemonTaskId(Incarnation, 0)], (await later())!.Links);

        async Task<Func<Task<CallChain?>>> InFactoryAsync()
        {
            outer.EnterFactory();
            _flow.EnterFactory();
            return await LaterAsync();
        }
    }

    [Fact]
    public async Task Shared_mark_costs_no_memory()
    {
        RunningTask task = Admit();

        // A thread of its own, which takes the mark with it when it ends.
        long cost = await Patience.InThread(() =>
        {
            _flow.Enter(task, hasOwnMark: false);
            long before = GC.GetAllocatedBytesForCurrentThread();
            _flow.Enter(task, hasOwnMark: false);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        });

        Assert.Equal(0, cost);
    }

    private async Task<Func<Task<CallChain?>>> InTaskAsync(RunningTask task, bool own)
    {
        _flow.Enter(task, own);
        return await LaterAsync();
    }

    /// <summary>Begins what asks for its chain when it is told to, wherever it then runs.</summary>
    private static async Task<Func<Task<CallChain?>>> LaterAsync()
    {
        await Task.Yield();
        var asked = new List<(TaskCompletionSource Go, Task<CallChain?> Answer)>();
        for (int question = 0; question < 2; question++)
        {
            var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            asked.Add((go, AnswerAsync(go.Task)));
        }

        return () =>
        {
            (TaskCompletionSource go, Task<CallChain?> answer) = asked[0];
            asked.RemoveAt(0);
            go.SetResult();
            return answer.Soon();
        };

        static async Task<CallChain?> AnswerAsync(Task go)
        {
            await go.ConfigureAwait(false);
            return TaskFlow.Current;
        }
    }

    private RunningTask Admit(CallChain? chain = null)
    {
        Assert.True(_slot.TryAdmit(Admission.Asked(chain: chain), out RunningTask? task, out _));
        return task;
    }
}
