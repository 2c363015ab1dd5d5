namespace DaemonRpc.TestDaemon;

/// <summary>Says which build has answered.</summary>
internal abstract class Visits : Drawers, IVisits
{
#if LATER
    public Task<string> VisitAsync(string name, int times, IProgress<string>? progress, CancellationToken cancellationToken) =>
        Task.FromResult($"later: {name} {times} {progress is not null}");

    public Task<string> LeaveAsync() => Task.FromResult("later");

    public Task<Visit> LastVisitAsync() => Task.FromResult(new Visit("later", 2));
#else
    public Task<string> VisitAsync(string name, CancellationToken cancellationToken) => Task.FromResult($"earlier: {name}");

    public Task<Visit> LastVisitAsync() => Task.FromResult(new Visit("earlier"));
#endif

    public IAsyncEnumerable<int> StepsAsync(int count) => AsyncEnumerable.Range(0, count);

    /// <summary>What a client of this build calls. Only a later build can ask for more than a name.</summary>
    public static async Task<string> CallAsync(ITestService service, string[] what) => what switch
    {
#if LATER
        ["visit", string name, "more"] => await service.VisitAsync(name, 3),
        ["leave"] => await service.LeaveAsync(),
#endif
        ["visit", string name] => await service.VisitAsync(name),
        ["steps"] => string.Join(" ", await service.StepsAsync(3).ToArrayAsync()),
        _ => (await service.LastVisitAsync()).Name,
    };
}
