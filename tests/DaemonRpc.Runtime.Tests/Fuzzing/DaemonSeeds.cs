using System.Buffers;
using DaemonRpc.Framing;
using DaemonRpc.Passing;
using DaemonRpc.Protocol;
using DaemonRpc.Serialization;
using Microsoft.Extensions.Logging;

namespace DaemonRpc.Runtime.Tests.Fuzzing;

/// <summary>What honest daemons say to each call and question of <see cref="FuzzClient"/>. A new kind of frame gets a conversation too.</summary>
internal static class DaemonSeeds
{
    private static readonly Welcome s_welcome = new()
    {
        Id = FuzzDispatcher.Contract.Id,
        Program = "fuzz",
        ProcessId = 1,
        Incarnation = 5,
        LogPath = "/nowhere/daemon.log",
        MaxFrameBytes = FrameLimits.Default,
        Build = new BuildIdentity(1, 2),
        ContractBuild = new BuildIdentity(1, 2),
    };

    private static readonly CallChain s_chain = CallChain.Append(null, new DaemonTaskId(5, 1));

    private static readonly DaemonStatus s_status = StatusOf(3);

    public static IReadOnlyList<FuzzSeed> All { get; } =
    [
        Seed("result", "echo", "text", Result(Frames.Value("text"))),
        Seed("queued result", "echo", "text", Frames.Of(FrameKind.Queued, 1), Frames.Of(FrameKind.Started, 1), Result(Frames.Value("text"))),
        Seed("result of a daemon that starts", "echo", "text", s_welcome with { IsStarting = true }, Frames.Of(FrameKind.Started, 1), Result(Frames.Value("text"))),
        Seed("attachment", "bytes", "3", Frames.Of(FrameKind.Result, 1, output => output.Write(Frames.Number(-2)), [1, 2, 3])),
        Seed("items", "stream", "4",
            Frames.Of(FrameKind.Item, 1, Frames.Item(Frames.Value<byte[]>([1, 2])), Frames.Item(Frames.Value<byte[]>([]))),
            Frames.Of(FrameKind.Item, 1, output => output.Write(Frames.Item(Frames.Number(-2))), [1, 2, 3]),
            Frames.Of(FrameKind.Log, 1, Frames.Item(Log(LogLevel.Debug))),
            Frames.Of(FrameKind.Item, 1, Frames.Item(Frames.Value<byte[]>([1]))),
            Result()),
        Seed("progress and log", "work", "3",
            Frames.Of(FrameKind.Progress, 1, Frames.Item(Frames.Short(0), Frames.Value("one")), Frames.Item(Frames.Short(1), Frames.Value<byte[]>([1]))),
            Frames.Of(FrameKind.Log, 1, Frames.Item(Log(LogLevel.Information)), Frames.Item(Frames.Bytes(output => LoggedMessage.WriteLost(output, 3)))),
            Frames.Of(FrameKind.Progress, 1, Frames.Item(Frames.Short(0), Frames.Value("two"))),
            Result(Frames.Value<byte[]>([1, 2, 3]))),
        Seed("fault", "echo", "DaemonFaultException`1", Error(new ErrorMessage { Type = "Type", Message = "It fails.", StackTrace = "at", FaultType = FaultName, Fault = Frames.Value("fault") })),
        Seed("error", "echo", "DaemonRemoteException", Error(new ErrorMessage { Type = "Type", Message = "It fails." })),
        Seed("error of the protocol", "echo", "DaemonProtocolException", Error(new ErrorMessage { IsProtocol = true, Message = "It is refused." })),
        Seed("cancelled", "echo", "DaemonTaskCanceledException", Frames.Of(FrameKind.Canceled, 1, new CancelReply(CancelOutcome.Stopped, 1).Write)),
        Seed("asks for streams", "import", "end",
            Ask(1, 0, 1000), Ask(2, 1, 5), FuzzStep.Await, FuzzStep.Await,
            Frames.Of(FrameKind.Demand, 1, Frames.Number(2), Frames.Number(1000)), FuzzStep.Await,
            Ask(3, 1, 1), Frames.Of(FrameKind.Withdraw, 1, Frames.Number(3)),
            Result(Frames.Value("end"))),
        Seed("stream of a stream", "convert", "1", Ask(1, 0, 1000), FuzzStep.Await, Frames.Of(FrameKind.Item, 1, Frames.Item(Frames.Value("one!"))), Result()),
        Seed("calls of a callback", "ask", "end",
            Ask(1, 0, 1, Frames.Short(1), Frames.Value("one")),
            Frames.Of(FrameKind.Progress, 1, Frames.Item(Frames.Short(1), Frames.Value("between"))),
            Frames.Of(FrameKind.Ask, 1, output => output.Write<byte>([.. AskBytes(2, 0, 3), .. Frames.Short(1), .. Frames.Number(-2)]), [1, 2, 3]),
            Ask(3, 0, 1, Frames.Short(1), Frames.Value("fail")),
            FuzzStep.Await, FuzzStep.Await, FuzzStep.Await,
            Result(Frames.Value("end"))),
        Seed("failure of a callback", "ask", "InvalidDataException", Ask(1, 0, 1, Frames.Short(1), Frames.Value("fail")), FuzzStep.Await, Error(new ErrorMessage { Type = "Type", Message = "It fails.", Ask = 1 })),
        Seed("files", "files", "end", Result(Frames.Value("end"))),
        Seed("stream of bytes", "open", "11", Opened(StreamTraits.Copied, PassedKind.Socket), Result()),
        Seed("file", "open", "11", Opened(default, PassedKind.Regular), Result()),
        Seed("no stream of bytes", "open", "null", Result()),
        Seed("failing stream of bytes", "open", "DaemonRemoteException", Opened(StreamTraits.Copied, PassedKind.Socket), Error(new ErrorMessage { Type = "Type", Message = "It fails." })),
        Seed("status", "status", "Busy", Frames.Of(FrameKind.Status, 1, output => StatusMessage.Write(output, s_status))),
        Seed("statuses", "watch", "3", Status(3), Status(4), Status(7), Goodbye(GoodbyeReason.Stopping)),
        Seed("cancel of what runs", "cancel", "Stopped", FuzzStep.Await, Status(3, 2), Frames.Of(FrameKind.CancelReply, 1, new CancelReply(CancelOutcome.Stopped, 1).Write)),
        Seed("cancel by force", "cancel", "Forced", FuzzStep.Await, Status(3, 2), Goodbye(GoodbyeReason.Forced)),
        Seed("stop", "stop", "stopped", s_welcome with { LogPath = "" }, Frames.Of(FrameKind.StopReply, 1), Goodbye(GoodbyeReason.Stopping)),
        Seed("outcome", "outcome", "Forced", Frames.Of(FrameKind.OutcomeReply, 1, new TaskOutcome { Task = new DaemonTaskId(5, 6), Outcome = CancelOutcome.Forced, Method = "Method" }.Write)),
        .. Refusals(),
        .. Goodbyes(),
    ];

    private static string FaultName => FaultType.NameOf<string>();

    private static IEnumerable<FuzzSeed> Refusals() => Enum.GetValues<RefusalReason>().Select(static reason => Seed(
        $"refusal: {reason}",
        "echo",
        reason switch
        {
            RefusalReason.Busy or RefusalReason.WaitedTooLong or RefusalReason.QueueFull or RefusalReason.OwnStream => nameof(DaemonBusyException),
            RefusalReason.StartFailed or RefusalReason.MakingRoom or RefusalReason.Stopping => nameof(DaemonStartException),
            RefusalReason.Reentrant => nameof(DaemonReentrancyException),
            RefusalReason.TurnMissed => nameof(DaemonDisconnectedException),
            _ => nameof(DaemonVersionException),
        },
        Frames.Of(FrameKind.Refusal, 1, new Refusal { Reason = reason, Status = s_status, DaemonBuild = new BuildIdentity(3, 4), Error = new ErrorMessage { Type = "Type", Message = "It fails." } }.Write)));

    private static IEnumerable<FuzzSeed> Goodbyes() => Enum.GetValues<GoodbyeReason>().Select(static reason => Seed(
        $"goodbye: {reason}",
        "echo",
        reason switch
        {
            GoodbyeReason.Protocol => nameof(DaemonProtocolException),
            GoodbyeReason.Forced => nameof(DaemonTaskCanceledException),
            _ => nameof(DaemonDisconnectedException),
        },
        Goodbye(reason)));

    private static FuzzSeed Seed(string name, string scenario, string brings, params FuzzStep[] steps) => Seed(name, scenario, brings, s_welcome, steps);

    // The first frame of the client is its hello, the second its request.
    private static FuzzSeed Seed(string name, string scenario, string brings, Welcome welcome, params FuzzStep[] steps) =>
        new(name, new FuzzInput("daemon", scenario, [FuzzStep.Await, Frames.Of(FrameKind.Welcome, 0, welcome.Write), FuzzStep.Await, .. steps]), brings);

    private static FuzzStep Result(params byte[][] value) => Frames.Of(FrameKind.Result, 1, value);

    private static FuzzStep Opened(StreamTraits traits, PassedKind kind) =>
        Frames.Of(FrameKind.Opened, 1, output => output.Write([(byte)(StreamTraits.Passed | StreamTraits.Reads | traits)]), null, kind);

    private static FuzzStep Error(ErrorMessage error) => Frames.Of(FrameKind.Error, 1, error.Write);

    private static FuzzStep Status(int number, uint callId = 1) => Frames.Of(FrameKind.Status, callId, output => StatusMessage.Write(output, StatusOf(number)));

    private static FuzzStep Goodbye(GoodbyeReason reason) => Frames.Of(FrameKind.Goodbye, 0, new Goodbye { Reason = reason, Message = "It leaves.", LastAdmitted = 1, HandsOver = reason == GoodbyeReason.Forced }.Write);

    private static DaemonStatus StatusOf(int number) => new()
    {
        State = DaemonState.Busy,
        Message = "It works.",
        Progress = 0.5,
        Sequence = number,
        Place = number,
        TasksFinished = 2,
        Task = new DaemonTask { Id = new DaemonTaskId(5, 1), Method = "WaitAsync", StartedAt = DateTimeOffset.UnixEpoch, ClientProcessId = 1, AwaitedAnswer = "AskAsync" },
        LastCanceled = new DaemonCanceledTask { Id = new DaemonTaskId(5, 0), Method = "EchoAsync", Outcome = CancelOutcome.Stopped, CanceledBy = 1 },
        Queue = new StatusQueue(1, 1, [1], [new DaemonTask { Id = new DaemonTaskId(5, 0), Method = "YieldAsync", StartedAt = DateTimeOffset.UnixEpoch, ClientProcessId = 1 }]),
    };

    private static byte[] Log(LogLevel level) =>
        Frames.Bytes(new LoggedMessage { Level = level, Text = "It works.", EventId = 7, EventName = "Event", Error = new ErrorMessage { Type = "Type", Message = "It fails." }, Lost = 1 }.Write);

    private static FuzzStep Ask(uint number, ushort argument, uint creditOrMethod, params byte[][] rest) => Frames.Of(FrameKind.Ask, 1, [AskBytes(number, argument, creditOrMethod), .. rest]);

    private static byte[] AskBytes(uint number, ushort argument, uint creditOrMethod)
    {
        FrameBuffer frame = new Ask(number, argument, s_chain, creditOrMethod).ToFrame();
        byte[] bytes = frame.Payload.ToArray();
        frame.Return();
        return bytes;
    }
}
