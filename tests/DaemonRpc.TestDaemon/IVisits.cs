using MemoryPack;

namespace DaemonRpc.TestDaemon;

/// <summary>Calls that have changed between two builds. Which build is which, the project file says.</summary>
public interface IVisits
{
#if LATER
    /// <summary>Has got trailing parameters.</summary>
    Task<string> VisitAsync(string name, int times = 2, IProgress<string>? progress = null, CancellationToken cancellationToken = default);

    /// <summary>Is new.</summary>
    Task<string> LeaveAsync();
#else
    Task<string> VisitAsync(string name, CancellationToken cancellationToken = default);
#endif

    /// <summary>Is the same in all builds.</summary>
    IAsyncEnumerable<int> StepsAsync(int count);

    /// <summary>Sends a type that has changed.</summary>
    Task<Visit> LastVisitAsync();
}

#if LATER
[MemoryPackable]
public partial record Visit(string Name, int Times);
#else
[MemoryPackable]
public partial record Visit(string Name);
#endif
