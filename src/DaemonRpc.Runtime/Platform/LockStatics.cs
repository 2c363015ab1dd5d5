using System.Diagnostics.Tracing;
using System.Runtime.CompilerServices;

namespace DaemonRpc.Platform;

/// <summary>Runs the static constructors that .NET's locks need, before this library starts its first thread.</summary>
/// <remarks>
/// Under Native AOT, the first thread that waits for any lock initialises the lock settings, and every other waiting thread spins until
/// that is done. The initialisation reads <see cref="AppContext"/>, the environment and the event source, whose static constructors are
/// themselves guarded by such locks. So one thread inside such a constructor that waits for a lock, and one thread that initialises the
/// settings and needs that constructor, wait for each other forever and burn a processor. This hit one process in two thousand, when one
/// of our threads began beside the first await of its starter. Once the constructors have run, the initialisation has nothing to wait for.
/// </remarks>
internal static class LockStatics
{
    // No initial value: it would add a static constructor here, which is what this class exists to avoid.
    private static bool s_areSettled;

    /// <summary>Runs the constructors. Called before our first thread starts. Later calls do nothing, nor does any call in a JIT-compiled program.</summary>
    public static void Settle()
    {
        if (s_areSettled || RuntimeFeature.IsDynamicCodeSupported)
        {
            return;
        }

        // These names are the ones that the initialisation itself reads.
        _ = AppContext.TryGetSwitch("System.Threading.Lock.SpinCount", out _);
        _ = AppContext.GetData("System.Threading.Lock.SpinCount");
        _ = Environment.GetEnvironmentVariable("DOTNET_Lock_SpinCount");
        _ = EventSource.CurrentThreadActivityId;
        _ = Environment.ProcessorCount;

        // A caller's first wait also initialises the thread pool, which reads its settings from the same place.
        _ = ThreadPool.ThreadCount;
        s_areSettled = true;
    }
}
