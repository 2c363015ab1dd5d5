using System.Buffers;
using DaemonRpc.Framing;
using DaemonRpc.Passing;
using DaemonRpc.Protocol;
using DaemonRpc.Transport;
using Microsoft.Extensions.Logging;

namespace DaemonRpc.Runtime.Tests.Fuzzing;

/// <summary>What honest clients say: a conversation for each shape of a call and for each question. A new kind of frame gets one too.</summary>
internal static class ClientSeeds
{
    private const StreamTraits Copied = StreamTraits.Passed | StreamTraits.Copied;

    private static readonly Hello s_hello = TestServer.Hello with
    {
        Program = "fuzz",
        ProgramPath = "/bin/fuzz",
        WorkingDirectory = "/tmp",
        CultureName = "en-GB",
        ConnectionKey = 7,
        TaskLogLevel = LogLevel.Trace,
        Environment = new Dictionary<string, string> { ["PATH"] = "/bin", ["LANG"] = "C" },
    };

    private static readonly PassedKind[] s_passed = [PassedKind.Regular, PassedKind.Readonly, PassedKind.Socket, PassedKind.Socket, PassedKind.Socket];

    /// <summary>The bytes with which every seed but some begins. A client that sends them has been let in.</summary>
    public static byte[] Hello { get; } = Frames.Of(FrameKind.Hello, 0, s_hello.Write).Bytes;

    public static IReadOnlyList<FuzzSeed> All { get; } =
    [
        Seed("unary", "Welcome Result", Call(1, FuzzMethod.Echo, Frames.Value("text"))),
        Seed("attachment", "Welcome Result", Call(1, FuzzMethod.Values, [
            .. Frames.Value(DateTime.UnixEpoch), .. Frames.Value(1.5m), .. Frames.Value(true), .. Frames.Value<int[]>([1, 2]), .. Frames.Value<TimeOnly?>(TimeOnly.MaxValue), .. Frames.Number(-2)], count: 6, attachment: [1, 2, 3])),
        Seed("stream", "Welcome Item Result",
            Call(1, FuzzMethod.Stream, [.. Frames.Number(20), .. Frames.Value<byte[]>([1, 2, 3])], credit: 1000, count: 2),
            Frames.Of(FrameKind.Credit, 1, Frames.Number(1000))),
        Seed("progress and log", "Welcome Progress Log Progress Result", Call(1, FuzzMethod.Work, [1, 1], count: 2), Frames.Of(FrameKind.Credit, 1, Frames.Number(60))),
        Seed("fault", "Welcome Error", Call(1, FuzzMethod.Fail, Frames.Value("fault"))),
        Seed("streams of the caller", "Welcome Ask Demand Result",
            Call(1, FuzzMethod.Import, [1, 1], count: 2), FuzzStep.Await, FuzzStep.Await, FuzzStep.Await,
            Items(1, Frames.Item(Frames.Value<byte[]>([1, 2])), Frames.Item(Frames.Value<byte[]>([]))),
            Frames.Of(FrameKind.AskedItems, 1, output => output.Write<byte>([1, 0, 0, 0, 4, 0, 0, 0, 0xFE, 0xFF, 0xFF, 0xFF]), [9, 8, 7]),
            Items(2, Frames.Item(Frames.Value("word"))),
            Answer(2),
            Answer(1)),
        Seed("failing stream of the caller", "Welcome Ask Error", Call(1, FuzzMethod.Import, [1, 1], count: 2), FuzzStep.Await, FuzzStep.Await, FuzzStep.Await, Answer(1), Failure(2)),
        Seed("stream of a stream", "Welcome Ask Item Result",
            Call(1, FuzzMethod.Convert, [1], credit: 1000), FuzzStep.Await, FuzzStep.Await,
            Items(1, Frames.Item(Frames.Value("one")), Frames.Item(Frames.Value("two"))),
            Answer(1)),
        Seed("cancel of a stream of a stream", "Welcome Ask Withdraw Canceled", Call(1, FuzzMethod.Convert, [1], credit: 1000), FuzzStep.Await, FuzzStep.Await, Frames.Of(FrameKind.Cancel, 1)),
        Seed("callback", "Welcome Ask Progress Ask Result",
            Call(1, FuzzMethod.Ask, [1, 1], count: 2), FuzzStep.Await, FuzzStep.Await, FuzzStep.Await, FuzzStep.Await, FuzzStep.Await,
            Answer(3, Frames.Value("three")),
            Answer(1, Frames.Value("one")),
            Frames.Of(FrameKind.Answer, 1, output => output.Write<byte>([2, 0, 0, 0, 0, 0xFE, 0xFF, 0xFF, 0xFF]), [9, 8, 7])),
        Seed("failing callback", "Welcome Ask Progress Ask Error",
            Call(1, FuzzMethod.Ask, [1, 1], count: 2), FuzzStep.Await, FuzzStep.Await, FuzzStep.Await, FuzzStep.Await, FuzzStep.Await,
            Answer(1, Frames.Value("one")), Answer(2, Frames.Value<byte[]>([1])), Failure(3)),
        Seed("callback and stream", "Welcome Ask Item Ask Item Ask Item Result",
            Call(1, FuzzMethod.AskOn, [1], credit: 1000), FuzzStep.Await, FuzzStep.Await,
            Answer(1, Frames.Value("one")), FuzzStep.Await, FuzzStep.Await,
            Answer(2, Frames.Value("two")), FuzzStep.Await, FuzzStep.Await,
            Answer(3, Frames.Value("three"))),
        Seed("stream of bytes", "Welcome Opened Result", Call(1, FuzzMethod.Open, Frames.Number(1), credit: 1000)),
        Seed("file that is returned", "Welcome Opened Result", Call(1, FuzzMethod.Open, Frames.Number(2), credit: 1000)),
        Seed("no stream of bytes", "Welcome Result", Call(1, FuzzMethod.Open, Frames.Number(0), credit: 1000)),
        Seed("stream that is written", "Welcome Opened Error", Call(1, FuzzMethod.Open, Frames.Number(3), credit: 1000)),
        Seed("cancel", "Welcome Canceled", Call(1, FuzzMethod.Wait, []), Frames.Of(FrameKind.Cancel, 1)),
        Seed("deadline", "Welcome Canceled", Call(1, FuzzMethod.Wait, [], timeout: TimeSpan.FromMilliseconds(500)), FuzzStep.Await, FuzzStep.Await),
        Seed("cancel of what runs", "Welcome Canceled CancelReply", Call(1, FuzzMethod.Wait, []), Frames.Of(FrameKind.CancelTask, 2)),
        Seed("cancel of a task", "Welcome CancelReply", Frames.Of(FrameKind.CancelTask, 1, new CancelTask(new DaemonTaskId(TestServer.Incarnation, 1)).Write)),
        Seed("status", "Welcome Status", Frames.Of(FrameKind.StatusQuery, 1, new StatusQuery(false).Write)),
        Seed("watch", "Welcome Status",
            Frames.Of(FrameKind.StatusQuery, 1, new StatusQuery(true, TestServer.Incarnation, 1).Write), FuzzStep.Await, FuzzStep.Await,
            Call(2, FuzzMethod.Wait, []), FuzzStep.Await,
            Frames.Of(FrameKind.Cancel, 1),
            Frames.Of(FrameKind.Cancel, 2)),
        Seed("outcome by task", "Welcome OutcomeReply", Frames.Of(FrameKind.OutcomeQuery, 1, new TaskOutcome { Task = new DaemonTaskId(5, 6) }.Write)),
        Seed("outcome by call", "Welcome OutcomeReply", Frames.Of(FrameKind.OutcomeQuery, 1, new TaskOutcome { ConnectionKey = 7, CallId = 8 }.Write)),
        Seed("stop", "Welcome Result StopReply", Call(1, FuzzMethod.Echo, Frames.Value("text")), Frames.Of(FrameKind.Stop, 2, [0])),
        Seed("stop at once", "Welcome StopReply Canceled", Call(1, FuzzMethod.Wait, []), Frames.Of(FrameKind.Stop, 2, [1])),
        Seed("queue and yield", "Welcome Ask Progress Ask Queued", s_hello with { BusyTimeout = -1 },
            Call(1, FuzzMethod.Ask, [1, 1], count: 2), FuzzStep.Await, FuzzStep.Await, FuzzStep.Await, FuzzStep.Await, FuzzStep.Await,
            Call(2, FuzzMethod.Yield, Frames.Number(3)), Call(3, FuzzMethod.Echo, Frames.Value("between")),
            Answer(1, Frames.Value("one")), Answer(2, Frames.Value<byte[]>([1])), Answer(3, Frames.Value("three"))),
        Seed("chain and wait", "Welcome Result",
            Call(1, FuzzMethod.Echo, Frames.Value("text"), chain: CallChain.Append(CallChain.Append(null, new DaemonTaskId(1, 2)), new DaemonTaskId(TestServer.Incarnation, -5)), wait: 1000, timeout: TimeSpan.FromHours(1))),
        Seed("trace", "Welcome Result", Call(1, FuzzMethod.Echo, Frames.Value("text"), trace: new TraceContext(1, [.. Enumerable.Repeat((byte)7, TraceContext.IdsSize)], "acme=7"))),
        Seed("trace that is none", "Welcome Result", Call(1, FuzzMethod.Echo, Frames.Value("text"), trace: new TraceContext(255, new byte[TraceContext.IdsSize], "\0\n\u00FF"))),
        Seed("files", "Welcome Result", FuzzStep.Await, Files(1)),
        Seed("files in the queue", "Welcome Queued", s_hello with { BusyTimeout = -1 }, FuzzStep.Await, Call(1, FuzzMethod.Wait, []), Files(2)),
        Seed("files that nobody takes", "Welcome Result", FuzzStep.Await, Call(1, FuzzMethod.Echo, Frames.Value("text"), descriptors: 2, passed: [PassedKind.Socket, PassedKind.Pipe])),
        Seed("older build", "Welcome Refusal", Call(1, FuzzMethod.Echo, Frames.Value("text"), build: new BuildIdentity(1, 1))),
        Seed("newer build", "Welcome Refusal", Call(1, FuzzMethod.Echo, Frames.Value("text"), build: new BuildIdentity(long.MaxValue, 1))),
        Seed("methods of another build", "Welcome Refusal", s_hello with { Policy = VersionPolicy.Compatible, Methods = [1, 2, 3], Build = new BuildIdentity(1, 1) },
            Call(1, FuzzMethod.Echo, Frames.Value("text"), build: new BuildIdentity(1, 1))),
        Seed("other version of the protocol", "Welcome Refusal", s_hello with { Protocol = 99 }, Call(1, FuzzMethod.Echo, Frames.Value("text")), Frames.Of(FrameKind.Cancel, 1)),
        Seed("other daemon", "Goodbye", s_hello with { Id = "other" }),
        Seed("questions only", "Welcome Status", new Hello { Program = "fuzz" }, Frames.Of(FrameKind.StatusQuery, 1)),
        Starting("unary while it starts", "Welcome Started Result", FuzzStep.Await, Call(1, FuzzMethod.Echo, Frames.Value("text"))),
        Starting("cancel while it starts", "Welcome Canceled", Call(1, FuzzMethod.Wait, []), Frames.Of(FrameKind.Cancel, 1), FuzzStep.Await, FuzzStep.Await),
        Starting("files while it starts", "Welcome Started Result", FuzzStep.Await, Files(1)),
    ];

    private static FuzzSeed Seed(string name, string brings, params FuzzStep[] steps) => Seed(name, brings, s_hello, steps);

    private static FuzzSeed Seed(string name, string brings, Hello hello, params FuzzStep[] steps) =>
        new(name, new FuzzInput("client", "ready", [Frames.Of(FrameKind.Hello, 0, hello.Write), .. steps]), brings);

    private static FuzzSeed Starting(string name, string brings, params FuzzStep[] steps)
    {
        FuzzSeed seed = Seed(name, brings, steps);
        return seed with { Input = seed.Input with { Scenario = "starting" } };
    }

    private static FuzzStep Call(
        uint callId, FuzzMethod method, byte[] arguments, uint credit = 0, ushort count = 1, BuildIdentity? build = null, CallChain? chain = null, long? wait = null, TimeSpan? timeout = null,
        byte descriptors = 0, byte[]? attachment = null, TraceContext? trace = null, params PassedKind[] passed) => Frames.Of(
            FrameKind.Request,
            callId,
            output =>
            {
                var header = new RequestHeader(build ?? TestServer.Contract.Build, (uint)method, credit, count)
                {
                    Chain = chain,
                    Wait = wait,
                    Deadline = timeout is { } most ? new Deadline(most) : null,
                    Descriptors = descriptors,
                    Trace = trace,
                };
                header.Write(output.GetSpan(header.Size));
                output.Advance(header.Size);
                output.Write(arguments);
            },
            attachment,
            passed);

    // A client passes nothing before it has heard the welcome.
    private static FuzzStep Files(uint callId) => Call(
        callId, FuzzMethod.Files, [(byte)StreamTraits.Passed, (byte)(StreamTraits.Passed | StreamTraits.Reads), (byte)(Copied | StreamTraits.Reads), (byte)(Copied | StreamTraits.Writes), (byte)(Copied | StreamTraits.Reads | StreamTraits.Writes)],
        count: 5, descriptors: 5, passed: s_passed);

    private static FuzzStep Items(int ask, params byte[][] items) => Frames.Of(FrameKind.AskedItems, 1, [Frames.Number(ask), .. items]);

    private static FuzzStep Answer(int ask, params byte[][] result) => Frames.Of(FrameKind.Answer, 1, [Frames.Number(ask), [0], .. result]);

    private static FuzzStep Failure(int ask) => Frames.Of(
        FrameKind.Answer, 1, Frames.Number(ask), [1], Frames.Bytes(new ErrorMessage { Type = "System.IO.InvalidDataException", Message = "It fails.", StackTrace = "at" }.Write));
}
