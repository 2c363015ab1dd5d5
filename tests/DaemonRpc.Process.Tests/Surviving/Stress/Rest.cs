namespace DaemonRpc.Process.Tests.Surviving.Stress;

/// <summary>What the processes that are left hold when nobody calls any more: as much as if nobody had.</summary>
/// <param name="folder">Of the run.</param>
/// <param name="daemon">The daemon's process.</param>
/// <param name="clients">The clients that are left, each of which watches.</param>
internal sealed class Rest(string folder, int daemon, IReadOnlyList<(string Name, int ProcessId)> clients)
{
    // A client's connection, and that of its watch.
    private const int ClientSockets = 2;

    // Its own, the readers of both, and one that waits for the end of the daemon that it has started.
    private const int ClientThreads = 4;

    // It listens, is connected with whoever looks, and wakes its threads.
    private const int OwnSockets = 7;

    // Its own, and nine without which it does not serve.
    private const int DaemonThreads = 10;

    private string Passed => Path.Combine(folder, "passed");

    private int DaemonSockets => OwnSockets + (clients.Count * ClientSockets);

    public IReadOnlyList<string> Complaints() =>
    [
        .. Held(daemon, "the daemon", DaemonSockets, DaemonThreads),
        .. clients.SelectMany(client => Held(client.ProcessId, client.Name, ClientSockets, ClientThreads)),
        .. clients.SelectMany(client => Directory.Exists(Passed) ? Directory.GetFiles(Passed, $"{client.Name}.*") : []).Select(static path => $"{path} was left behind."),
    ];

    private IEnumerable<string> Held(int processId, string name, int sockets, int threads)
    {
        string[] held = [.. ProcessTable.Descriptors(processId).Values];
        foreach (string passed in held.Where(target => target.StartsWith(Passed, StringComparison.Ordinal)))
        {
            yield return $"{name} still holds {passed}.";
        }

        if (held.Count(static target => target.StartsWith("socket:", StringComparison.Ordinal)) is var found && found > sockets)
        {
            yield return $"{name} holds {found} sockets instead of {sockets}.";
        }

        string[] running = [.. ProcessTable.ThreadNames(processId).Where(static thread => !thread.StartsWith(".NET", StringComparison.Ordinal))];
        if (running.Length > threads)
        {
            yield return $"{name} has {running.Length} threads instead of {threads}: {string.Join(", ", running.Order(StringComparer.Ordinal))}.";
        }
    }
}
