using DaemonRpc.Launch;
using DaemonRpc.Platform;
using DaemonRpc.Transport;

namespace DaemonRpc.Control;

/// <summary>Asks many daemons at the same time. One that does not answer does not keep the others from being heard.</summary>
/// <remarks>
/// Each daemon is first asked for a short time, so that even many hanging daemons leave time for all others. Those that
/// did not answer then get the remaining time.
/// </remarks>
internal static class DaemonSearch
{
    // Each daemon occupies a thread while it is asked.
    private const int MostAtOnce = 16;

    private const double FirstShare = 0.1;

    /// <summary>Asks all daemons and returns those found, in the order of their addresses. Blocks the thread.</summary>
    /// <param name="all">The daemons to ask.</param>
    /// <param name="ask">Asks one daemon, until the deadline. Returns null, or throws a <see cref="DaemonException"/>, when it is to be left out.</param>
    /// <param name="timeout">How long the whole search may take.</param>
    public static List<T> Run<T>(IReadOnlyList<DaemonAddress> all, Func<DaemonAddress, Deadline, T?> ask, TimeSpan timeout)
        where T : class
    {
        var deadline = new Deadline(timeout);
        var found = new T?[all.Count];
        int[] silent = Round([.. Enumerable.Range(0, all.Count)], () => Deadline.Earlier(new Deadline(timeout * FirstShare), deadline));
        _ = Round(silent, () => deadline);
        return [.. found.OfType<T>()];

        int[] Round(int[] asked, Func<Deadline> until)
        {
            var unheard = new List<int>();
            ForEach(asked, index =>
            {
                try
                {
                    found[index] = deadline.HasPassed ? null : ask(all[index], until());
                }
                catch (DaemonUnresponsiveException)
                {
                    lock (unheard)
                    {
                        unheard.Add(index);
                    }
                }
                catch (Exception exception) when (exception is DaemonProtocolException or DaemonAccessException or DaemonForeignException)
                {
                    // Another user's file or process is in the folder, or something listens there that is no daemon of ours.
                }
            });
            return [.. unheard];
        }
    }

    /// <summary>Runs the work for each index, on this thread and on as many others as are useful and available.</summary>
    private static void ForEach(int[] indices, Action<int> work)
    {
        int next = -1;
        Exception? failure = null;
        int helpers = Math.Max(0, Math.Min(MostAtOnce, indices.Length) - 1);

        // Not disposed: the thread that gives the last signal may still be inside it when the wait ends.
        var done = new CountdownEvent(helpers + 1);
        for (int helper = 0; helper < helpers; helper++)
        {
            if (!OwnThread.TryStart("DaemonRpc control", Help))
            {
                _ = done.Signal();
            }
        }

        Help();
        done.Wait();
        if (failure is not null)
        {
            throw failure;
        }

        void Help()
        {
            try
            {
                for (int taken = Interlocked.Increment(ref next); taken < indices.Length; taken = Interlocked.Increment(ref next))
                {
                    work(indices[taken]);
                }
            }
#pragma warning disable CA1031 // Told by the thread that waits for all.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                failure = exception;
            }

            _ = done.Signal();
        }
    }
}
