using DaemonRpc.Launch;
using DaemonRpc.Platform;
using DaemonRpc.Transport;

namespace DaemonRpc.Control;

/// <summary>Asks many daemons at once. One that does not answer keeps nobody else from being heard.</summary>
/// <remarks>
/// Each is asked for a short time first, so that also more daemons that hang than are asked at once leave time for all others. Those that
/// have not answered then get what is left.
/// </remarks>
internal static class DaemonSearch
{
    // Each has a thread while it is asked.
    private const int MostAtOnce = 16;

    private const double FirstShare = 0.1;

    /// <summary>Blocks the thread. Those that were found, in the order of their addresses.</summary>
    /// <param name="all">Whom to ask.</param>
    /// <param name="ask">Asks one, until the deadline. Null, or a <see cref="DaemonException"/> that says that it is not ours, leaves it out.</param>
    /// <param name="limit">How long all of it may take.</param>
    public static List<T> Run<T>(IReadOnlyList<DaemonAddress> all, Func<DaemonAddress, Deadline, T?> ask, TimeSpan limit)
        where T : class
    {
        var deadline = new Deadline(limit);
        var found = new T?[all.Count];
        int[] silent = Round([.. Enumerable.Range(0, all.Count)], () => Deadline.Earlier(new Deadline(limit * FirstShare), deadline));
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
                    // Not a daemon of ours: somebody else's file or process in the folder, or something that only listens there.
                }
            });
            return [.. unheard];
        }
    }

    /// <summary>Does it for each, on this thread and as many others as it pays to have and the system gives.</summary>
    private static void ForEach(int[] indices, Action<int> work)
    {
        int next = -1;
        Exception? failure = null;
        int helpers = Math.Max(0, Math.Min(MostAtOnce, indices.Length) - 1);

        // Not disposed of: who gives the last signal may not have left it when the wait is over.
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
