namespace DaemonRpc.Runtime.Tests.Architecture;

/// <summary>A folder of the runtime.</summary>
/// <param name="Name">The folder, and the last part of its namespace.</param>
/// <param name="Sentence">What belongs there, for the page about the architecture.</param>
internal sealed record Room(string Name, string Sentence)
{
    // What users hold and what they call has their namespace.
    public string Namespace => Name is "Values" or "Facade" ? "DaemonRpc" : $"DaemonRpc.{Name}";
}

/// <summary>The rooms of the runtime, each of which knows only those before it.</summary>
internal static class Rooms
{
    public static List<Room> All { get; } =
    [
        new("Values", "What users hold: options, statuses, tasks, enums, exceptions."),
        new("Platform", "What the operating system gives, Linux beside macOS: processes, locks, sockets, threads. No policy."),
        new("Transport", "Sockets that listen and dial, one poller for silent connections, a pair in memory; deadlines."),
        new("Framing", "Bytes to frames and back, with their limits; the pools of buffers and of objects."),
        new("Protocol", "The messages, field by field: hello, welcome, request, status, cancel, refusal, goodbye."),
        new("Session", "One connection's conversation: calls in flight, who reads, what is still to be sent."),
        new("Tasks", "The slot in which one task runs, the queue before it, the status board, cancellation in two steps."),
        new("Program", "Which build and which files a program is, what it starts as the daemon, and which of two builds is right."),
        new("Logging", "The daemon's log: its lines, the queue to its loggers, its rotation, its last lines for error messages."),
        new("Journal", "The daemon's starts and ends on disk, and the budget of replacements that is counted from them."),
        new("Launch", "One daemon per address: directory, locks, starting a process, hearing that it is ready, the budget of crashes."),
        new("Control", "What any process may ask of a daemon without a contract: find, list, status, watch, stop, and force."),
        new("Server", "The daemon itself, whatever hosts it: who is let in, what a request meets, idling, shutting down."),
        new("Host", "A process that is the daemon: its start, its signals, its socket, its end, and handing over in place."),
        new("Facade", "What users call: the handle of a daemon, and the control of any daemon."),
        new("Serialization", "Values to bytes and back, and the guards around bytes that somebody else made."),
        new("Calls", "A call from the client's side: its connection, attempts, what a refusal means, streams."),
        new("CodeGen", "What generated code names: channel, request, contract, dispatcher, host."),
    ];

    public static SourceGraph Graph { get; } = new([.. Sources.Runtime, .. Sources.AddedToRuntime], Sources.References);

    public static Room Of(string path) => All.Single(room => path.StartsWith(room.Name + "/", StringComparison.Ordinal));
}
