using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using DaemonRpc.Protocol;

namespace DaemonRpc.Telemetry;

/// <summary>What the daemons of this process count. Does nothing while nobody can listen.</summary>
internal static class DaemonMetrics
{
    private static readonly Lock s_gate = new();

    // Weak: a daemon within a process ends with nobody but the collector to notice, if its client is not disposed.
    private static readonly List<WeakReference<IObservedDaemon>> s_daemons = [];

    private static int s_areObserved;

    /// <summary>Adds a daemon to those that listeners may ask.</summary>
    public static void Add(IObservedDaemon daemon)
    {
        lock (s_gate)
        {
            _ = s_daemons.RemoveAll(static known => !known.TryGetTarget(out _));
            s_daemons.Add(new WeakReference<IObservedDaemon>(daemon));
        }
    }

    /// <summary>Removes a daemon.</summary>
    public static void Remove(IObservedDaemon daemon)
    {
        lock (s_gate)
        {
            _ = s_daemons.RemoveAll(known => !known.TryGetTarget(out IObservedDaemon? target) || target == daemon);
        }
    }

    /// <summary>Creates the instruments once somebody can listen. Called now and then.</summary>
    public static void Look()
    {
        if (Listening.IsPossible && s_areObserved == 0 && Interlocked.Exchange(ref s_areObserved, 1) == 0)
        {
            // A listener is told of each new instrument.
            Guarded.Later(0, static _ => Observe());
        }
    }

    /// <summary>Counts a call that is refused. Only for use while <see cref="Listening.IsPossible"/>.</summary>
    /// <param name="id">The daemon's id.</param>
    /// <param name="reason">The reason.</param>
    public static void Refused(string id, RefusalReason reason)
    {
        if (Metrics.ServerRefusals.Enabled)
        {
            // Under a lock, or on the thread that reads a connection.
            Guarded.Later((id, reason: $"{reason}"), static refused => Metrics.ServerRefusals.Add(1, new(Names.DaemonId, refused.id), new(Names.Reason, refused.reason)));
        }
    }

    /// <summary>The present, for <see cref="Waited"/>; 0 if nobody listens.</summary>
    public static long Now() => Listening.IsPossible ? Timestamp() : 0;

    /// <summary>Records how long a call has waited that begins.</summary>
    /// <param name="id">The daemon's id.</param>
    /// <param name="since">What <see cref="Now"/> returned when the call came.</param>
    public static void Waited(string id, long since)
    {
        if (since != 0)
        {
            RecordWait(id, since);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Observe() => Metrics.Observe(static () => Measure(static daemon => daemon.Waiting), static () => Measure(static daemon => daemon.IsBusy ? 1 : 0));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static List<Measurement<int>> Measure(Func<IObservedDaemon, int> what)
    {
        List<WeakReference<IObservedDaemon>> daemons;
        lock (s_gate)
        {
            daemons = [.. s_daemons];
        }

        List<Measurement<int>> measurements = [];
        foreach (WeakReference<IObservedDaemon> known in daemons)
        {
            if (known.TryGetTarget(out IObservedDaemon? daemon))
            {
                measurements.Add(new Measurement<int>(what(daemon), new(Names.DaemonId, daemon.Id), new(Names.DaemonInstance, daemon.Instance)));
            }
        }

        return measurements;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static long Timestamp() => Metrics.ServerWait.Enabled ? Stopwatch.GetTimestamp() : 0;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void RecordWait(string id, long since) =>
        Guarded.Later((id, Stopwatch.GetElapsedTime(since)), static waited => Metrics.ServerWait.Record(waited.Item2.TotalSeconds, new KeyValuePair<string, object?>(Names.DaemonId, waited.id)));
}
