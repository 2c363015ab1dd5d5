using System.Globalization;
using DaemonRpc.Process.Tests.Guarding;
using DaemonRpc.TestDaemon.Stress;
using MemoryPack;

namespace DaemonRpc.Process.Tests.Surviving.Stress;

/// <summary>Clients that call, cancel and watch, of which one is killed now and then, and their daemon, which is killed too.</summary>
/// <param name="sandbox">Where.</param>
/// <param name="seed">Of whom to kill, and when.</param>
/// <param name="duration">How long, if it is enough.</param>
/// <param name="isEnough">Whether all that is to be met has been. A busy machine takes longer, up to <see cref="s_most"/>.</param>
/// <param name="group">With how few threads, or null.</param>
internal sealed class StressRun(DaemonSandbox sandbox, int seed, TimeSpan duration, Func<bool> isEnough, ThreadGroup? group)
{
    private const int Clients = 8;
    private const string Grace = "150";

    // The third crash within half a minute would keep every client from starting one for the rest of it.
    private const int MostKilledStarts = 2;

    // On a machine so busy that a process takes seconds to start, killing by the clock leaves nobody alive who could call.
    private const int LeastTasksBetweenDaemons = 5;
    private const int LeastTasksBetweenClients = 1;

    private static readonly TimeSpan s_most = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(5);

    private readonly (string Name, ToolProcess Tool)[] _clients = new (string, ToolProcess)[Clients];
    private readonly List<string> _names = [];
    private readonly StressRecord _record = StressRecord.Of(sandbox.Folder);
    private int _killedStarts;

    /// <summary>What all daemons of the run have logged.</summary>
    public StressLogs Logs { get; } = new(sandbox.RuntimeDirectory, sandbox.Folder);

    /// <summary>All clients there ever were.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>Those that were there to the end.</summary>
    public IReadOnlyList<string> Survivors => [.. _clients.Select(client => client.Name)];

    /// <summary>The number of the last status of all.</summary>
    public long LastStatus { get; private set; }

    /// <summary>The answers to a client that sent forged values all the time.</summary>
    public string Stranger { get; private set; } = "";

    // Those that live and die together with it: two for a moment, when one waits for the other's end.
    private string[] DaemonArguments => ["--grace", Grace, .. group is null ? [] : new[] { "--group", group.Path }];

    public async Task RunAsync()
    {
        ToolProcess? stranger = BeginStranger();
        for (int number = 0; number < Clients; number++)
        {
            Begin(number);
        }

        // Not for anything to happen: this is how long, and these are the moments to kill at.
        using var over = new CancellationTokenSource();
        using var ended = new CancellationTokenSource();
        Task keeping = Logs.KeepAsync(ended.Token);
        Task killing = Task.WhenAll(
            EveryAsync(1500, 3000, LeastTasksBetweenDaemons, new Random(seed), KillDaemonAsync, over.Token),
            EveryAsync(400, 1200, LeastTasksBetweenClients, new Random(seed + 1), KillClientAsync, over.Token));
        await Task.Delay(duration);
        for (TimeSpan spent = duration; spent < s_most && !isEnough(); spent += s_look)
        {
            await Task.Delay(s_look);
        }

        await over.CancelAsync();
        await killing;
        if (stranger is not null)
        {
            stranger.EndInput();
            Stranger = await stranger.AnswerAsync();
        }

        await RestAsync();
        await LeaveAsync();
        await ended.CancelAsync();
        await keeping;
    }

    /// <summary>Acts after a random time, and not before so many more tasks have begun.</summary>
    private async Task EveryAsync(int least, int most, int leastTasks, Random random, Func<Random, Task> act, CancellationToken over)
    {
        int acted = 0;
        while (true)
        {
            int begun;
            do
            {
                await Task.Delay(random.Next(least, most), over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                begun = TasksBegun();
            }
            while (begun < acted + leastTasks && !over.IsCancellationRequested);
            if (over.IsCancellationRequested)
            {
                return;
            }

            acted = begun;
            await act(random);
        }
    }

    private int TasksBegun() => RecordLine.Read(Path.Combine(sandbox.Folder, "record")).Count(static line => line.What == "start");

    /// <summary>Null where there is no Python, in which the stranger's client is written.</summary>
    private ToolProcess? BeginStranger()
    {
        if (StrangersClient.Python is not { } python)
        {
            return null;
        }

        var random = new Random(seed);
        File.WriteAllLines(sandbox["cases"],
        [
            new ForgedCase(typeof(ITestService), "ForwardAsync", MemoryPackSerializer.Serialize(Parcel.Make(random))).ToLine(),
            new ForgedCase(typeof(ITestService), "EchoAsync", MemoryPackSerializer.Serialize("text")).ToLine(),
            new ForgedCase(typeof(ITestService), "GroupAsync", MemoryPackSerializer.Serialize<string[]>(["one", "two"])).ToLine(),
        ]);
        return sandbox.Start(python, "-B", Path.Combine(StrangersClient.Folder, "storm.py"), sandbox.RuntimeDirectory, DaemonSandbox.Id, sandbox["cases"], seed.ToString(CultureInfo.InvariantCulture));
    }

    private void Begin(int number)
    {
        string name = $"c{_names.Count}";
        _names.Add(name);
        _clients[number] = (name, sandbox.StartTool(["stress", sandbox.Folder, name, (seed + (_names.Count * 100)).ToString(CultureInfo.InvariantCulture), "--daemon", .. DaemonArguments]));
    }

    private Task KillClientAsync(Random random)
    {
        int number = random.Next(Clients);
        _record.Add($"kill client {_clients[number].Name}");
        _clients[number].Tool.Kill();
        Begin(number);
        return Task.CompletedTask;
    }

    private async Task KillDaemonAsync(Random random)
    {
        bool whileItStarts = random.Next(4) == 0 && _killedStarts < MostKilledStarts;
        if (await (whileItStarts ? Task.FromResult(HolderOfAInstanceLock()) : DaemonAsync()) is not { } processId)
        {
            return;
        }

        using WatchedProcess? process = WatchedProcess.TryOpen(processId);
        if (process is not null && ProcessTable.EnvironmentOf(processId).Contains(sandbox.Folder, StringComparison.Ordinal))
        {
            _killedStarts += whileItStarts ? 1 : 0;
            _record.Add($"kill daemon {processId}");
            await process.KillAsync();
        }
    }

    private async Task<int?> DaemonAsync() =>
        (await DaemonControl.FindAsync(DaemonSandbox.Id, runtimeDirectory: sandbox.RuntimeDirectory).InTime())?.ProcessId;

    // Also one that nobody has heard of yet, or that waits for the death of the one before it.
    private int? HolderOfAInstanceLock() => ProcessTable.Touching(sandbox.Folder)
        .Where(processId => ProcessTable.Descriptors(processId).Values.Any(target => target.EndsWith(".life", StringComparison.Ordinal)))
        .Select(processId => (int?)processId).LastOrDefault();

    /// <summary>Nobody calls or cancels any more, and the daemon has nothing to do.</summary>
    private async Task RestAsync()
    {
        foreach ((_, ToolProcess tool) in _clients)
        {
            await tool.SayAsync("rest");
        }

        _ = await Task.WhenAll(_clients.Select(client => client.Tool.LineAsync("resting")));
        DaemonClientOptions options = sandbox.Options(DaemonArguments);
        options.BusyTimeout = Timeout.InfiniteTimeSpan;
        TestServiceClient last = await sandbox.ConnectAsync(options);
        Assert.Equal(3, await last.AddAsync(1, 2).InTime());
        DaemonStatus status = await last.Daemon.GetStatusAsync().InTime();
        Assert.Equal((DaemonState.Ready, null, 0), (status.State, status.Task, status.Waiting));
        LastStatus = status.Sequence;
        Assert.Empty(await Settling.ComplaintsAsync(OtherDaemons));
        var rest = new Rest(sandbox.Folder, last.Daemon.ProcessId, [.. _clients.Select(client => (client.Name, client.Tool.Id))]);
        IReadOnlyList<string> held = await Settling.ComplaintsAsync(rest.Complaints);
        Assert.True(held.Count == 0, string.Join('\n', held));

        IReadOnlyList<string> OtherDaemons() =>
            [.. ProcessTable.Touching(sandbox.Folder).Where(processId => processId != last.Daemon.ProcessId && !_clients.Any(client => client.Tool.Id == processId))
                .Select(processId => $"Process {processId} is there beside the daemon {last.Daemon.ProcessId}: {ProcessTable.CommandLine(processId)}")];
    }

    private async Task LeaveAsync()
    {
        foreach ((_, ToolProcess tool) in _clients)
        {
            await tool.SayAsync(LastStatus.ToString(CultureInfo.InvariantCulture));
        }

        foreach ((_, ToolProcess tool) in _clients)
        {
            _ = await tool.EndedAsync();
        }
    }
}
