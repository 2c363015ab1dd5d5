using System.Text;
using DaemonRpc.Framing;
using DaemonRpc.Journal;
using DaemonRpc.Launch;
using DaemonRpc.Program;
using DaemonRpc.Protocol;

namespace DaemonRpc.Runtime.Tests.Fuzzing;

/// <summary>An honest message for each reader: those in the other seeds, and those that no connection brings.</summary>
internal static class MessageSeeds
{
    private static readonly ErrorMessage s_error = new() { Type = "Type", Message = "It fails.", StackTrace = "at" };

    private static readonly LaunchMessage s_launch = new()
    {
        Id = "id",
        Instance = "instance",
        Variant = "variant",
        RuntimeDirectory = "/tmp",
        LogPath = "/tmp/log",
        LockTimeout = TimeSpan.FromSeconds(1),
        Reason = new LaunchReason(DaemonJournalEvent.Started, "It was wanted.", 1),
        Files = new ProgramFiles("/bin/fuzz", 5),
        Socket = (1, 2),
        Children = [3, 4],
        Outcomes = [new TaskOutcome { Task = new DaemonTaskId(5, 6), Method = "Method", Outcome = CancelOutcome.Forced }],
    };

    private static readonly string s_line = JournalLine.Format(new DaemonJournalEntry
    {
        At = DateTimeOffset.UnixEpoch,
        Event = DaemonJournalEvent.Started,
        ProcessId = 1,
        BuildTimestamp = DateTimeOffset.UnixEpoch,
        ByProcessId = 2,
        Reason = "a\tb\nc\\",
    });

    public static IReadOnlyList<FuzzSeed> All { get; } =
    [
        Seed("launch", "LaunchMe", Frames.Of(FrameKind.Launch, 0, s_launch.Write).Bytes),
        Seed("readiness", "none", Frames.Of(FrameKind.Readiness, 0, new Readiness(ReadinessKind.LostRace) { HolderProcessId = 1 }.Write).Bytes),
        Seed("readiness", "DaemonRemoteException", Frames.Of(FrameKind.Readiness, 0, new Readiness(ReadinessKind.Failed) { Error = s_error }.Write).Bytes),
        Seed("log", "log", Frames.Item(Frames.Bytes(new LoggedMessage { Level = Microsoft.Extensions.Logging.LogLevel.Error, Text = "It fails.", Error = s_error }.Write))),
        Seed("chain", "0", Encoding.UTF8.GetBytes(CallChain.Append(CallChain.Append(null, new DaemonTaskId(1, 2)), new DaemonTaskId(3, -4)).ToString())),
        Seed("journal", "journal", Encoding.UTF8.GetBytes(s_line + s_line)),
        Seed("tail", "tail", Encoding.UTF8.GetBytes("(process 1, \none\nUnhandled exception. \nat\nat\n")),
        Seed("path", "path", "/nowhere/daemon.log"u8.ToArray()),
        .. OfConnections(),
    ];

    // Payloads of the other seeds' frames, for the readers of their kinds.
    private static IEnumerable<FuzzSeed> OfConnections() =>
        from seed in ClientSeeds.All.Concat(DaemonSeeds.All)
        from step in seed.Input.Steps
        where !step.IsAwait
        let header = FrameHeader.Read(step.Bytes)
        let reader = ReaderOf(header.Kind)
        where reader is not null && !header.HasAttachment
        select Seed(reader, "", step.Bytes[FrameHeader.Size..]);

    private static string? ReaderOf(FrameKind kind) => kind switch
    {
        FrameKind.Hello => "hello",
        FrameKind.Welcome => "welcome",
        FrameKind.Request => "request",
        FrameKind.Ask => "ask",
        FrameKind.Answer => "answer",
        FrameKind.Error => "error",
        FrameKind.Goodbye => "goodbye",
        FrameKind.Refusal => "refusal",
        FrameKind.Status => "status",
        FrameKind.StatusQuery => "query",
        FrameKind.CancelTask or FrameKind.Canceled or FrameKind.CancelReply => "cancel",
        FrameKind.OutcomeQuery or FrameKind.OutcomeReply => "outcome",
        _ => null,
    };

    private static FuzzSeed Seed(string reader, string brings, byte[] bytes) => new(reader, new FuzzInput("message", reader, [new FuzzStep(bytes, [])]), brings);
}
