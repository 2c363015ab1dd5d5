using System.Diagnostics.Tracing;
using System.Runtime.CompilerServices;

namespace DaemonRpc.Platform;

/// <summary>Runs the static constructors that the runtime's locks need, while no thread of ours runs beside the caller's.</summary>
/// <remarks>
/// Under Native AOT a lock sets up its settings when it is waited for for the first time, by whichever thread that is, and
/// whoever waits for any lock meanwhile spins until that is done. Setting up reads <see cref="AppContext"/>, the environment and
/// the event source. Static constructors are guarded by such locks. So a thread that is in one of those constructors, and waits for a
/// lock in there, and a thread that sets up, and needs that constructor, wait for each other for ever and burn a processor: one
/// process in two thousand, when a thread of ours began beside the first await of its starter. Once the constructors
/// have run there is nothing that the set-up could wait for, whichever thread does it.
/// </remarks>
internal static class LockStatics
{
    // A field without an initial value: a static constructor here would be one more of what this is to prevent.
    private static bool s_areSettled;

    /// <summary>Called before the first thread of ours is started. Costs nothing afterwards, nor in a program that compiles as it runs.</summary>
    public static void Settle()
    {
        if (s_areSettled || RuntimeFeature.IsDynamicCodeSupported)
        {
            return;
        }

        // The names are those that the set-up itself asks for.
        _ = AppContext.TryGetSwitch("System.Threading.Lock.SpinCount", out _);
        _ = AppContext.GetData("System.Threading.Lock.SpinCount");
        _ = Environment.GetEnvironmentVariable("DOTNET_Lock_SpinCount");
        _ = EventSource.CurrentThreadActivityId;
        _ = Environment.ProcessorCount;

        // What the first wait of a caller sets up: the thread pool, which reads its settings from the same place.
        _ = ThreadPool.ThreadCount;
        s_areSettled = true;
    }
}
