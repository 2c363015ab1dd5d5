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
        new("Values", "The values that users see: options, statuses, tasks, enums, exceptions."),
        new("Platform", "The operating system, Linux beside macOS: processes, locks, sockets, threads. No policy."),
        new("Transport", "Listening and dialing sockets, one poller for silent connections, a pair in memory, deadlines."),
        new("Framing", "Bytes to frames and back, the limits of frames, the pools of buffers and of objects."),
        new("Protocol", "The messages, field by field: hello, welcome, request, status, cancel, refusal, goodbye."),
        new("Telemetry", "What listeners outside see: spans, metrics, and whether anybody listens."),
        new("Session", "One connection: the calls in flight, the thread that reads, the frames still to be sent."),
        new("Tasks", "The slot in which one task runs, the queue before it, the status board, cancellation in two steps."),
        new("Program", "A program's build and files, the program that it starts as the daemon, and the rules that choose between two builds."),
        new("Logging", "The daemon's log: its lines, the queue to the loggers, rotation, the last lines for error messages."),
        new("Journal", "The daemon's starts and ends on disk, and the budget of replacements, which counts them."),
        new("Launch", "One daemon per address: directory, locks, starting a process, its report that it is ready, the budget of crashes."),
        new("Control", "Requests to a daemon that need no contract: find, list, status, watch, stop, and force."),
        new("Server", "The daemon itself, in a process of its own or in its client's: admitting clients, handling requests, idling, shutting down."),
        new("Host", "The daemon's process: its start, signals, socket and end, and handing over in place."),
        new("Facade", "The methods that users call: the handle of a daemon, and the control of any daemon."),
        new("Serialization", "Values to bytes and back, and the checks of bytes that a peer sent."),
        new("Passing", "Files and streams that travel with a call as descriptors: what is passed, what is copied, and what the handler gets."),
        new("Calls", "The client's side of a call: its connection, attempts, the meaning of a refusal, streams."),
        new("CodeGen", "The types that generated code uses: channel, request, contract, dispatcher, host."),
    ];

    public static SourceGraph Graph { get; } = new([.. Sources.Runtime, .. Sources.AddedToRuntime], Sources.References);

    public static Room Of(string path) => All.Single(room => path.StartsWith(room.Name + "/", StringComparison.Ordinal));
}
