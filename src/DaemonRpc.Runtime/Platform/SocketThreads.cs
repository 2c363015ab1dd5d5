using System.Net.Sockets;

namespace DaemonRpc.Platform;

/// <summary>Has .NET start the threads of its sockets only when the system has room for them.</summary>
/// <remarks>
/// .NET starts them in a static constructor. If the system refuses one there, every use of a socket fails for the rest of the process's life, also when
/// there are threads again. So the first use looks for room beforehand.
/// </remarks>
internal static class SocketThreads
{
    // .NET starts one for so many processors, or for more, and at least one.
    private const int ProcessorsEach = 8;

    private static readonly Lock s_gate = new();
    private static volatile bool s_areThere;

    /// <summary>Has the threads started, if they will be needed.</summary>
    /// <inheritdoc cref="Demand"/>
    public static void DemandIf(bool areNeeded)
    {
        if (areNeeded)
        {
            Demand();
        }
    }

    /// <summary>Has the threads started, unless they exist. Called before the first use of one of .NET's sockets.</summary>
    /// <exception cref="DaemonException">The system does not give them now. The message names the limits.</exception>
    /// <exception cref="IOException">The system gives no descriptor to start them with.</exception>
    public static void Demand()
    {
        if (s_areThere)
        {
            return;
        }

        lock (s_gate)
        {
            if (!s_areThere)
            {
                // Twice as many as needed: a thread that has ended counts against the limits a moment longer.
                if (!HasRoom(2 * (1 + (Environment.ProcessorCount / ProcessorsEach))))
                {
                    throw ThreadLimit.Exception();
                }

                s_areThere = TryStart();
            }
        }
    }

    /// <summary>Returns whether the system gives so many threads at a time. They have ended when this returns.</summary>
    private static bool HasRoom(int threads)
    {
        // Not disposed: a thread may be about to read them.
        var isOver = new ManualResetEventSlim(initialState: false, spinCount: 0);
        var running = new CountdownEvent(1);
        bool hasRoom = true;
        for (int thread = 0; hasRoom && thread < threads; thread++)
        {
            running.AddCount();
            hasRoom = OwnThread.TryStart("DaemonRpc trial", Wait, OwnThread.SmallStack);
        }

        isOver.Set();
        _ = running.Signal(hasRoom ? 1 : 2);
        running.Wait();
        return hasRoom;

        void Wait()
        {
            isOver.Wait();
            _ = running.Signal();
        }
    }

    /// <summary>Waits with a socket, for which .NET needs the threads. The wait ends when the socket is closed.</summary>
    /// <exception cref="IOException">The system gives no descriptor.</exception>
    private static bool TryStart()
    {
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            Task waiting = socket.ReceiveAsync(new byte[1].AsMemory()).AsTask();
            bool areThere = !waiting.IsFaulted;
            _ = waiting.ContinueWith(static ended => ended.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            return areThere;
        }
        catch (SocketException exception)
        {
            throw new IOException(exception.Message, exception);
        }
    }
}
