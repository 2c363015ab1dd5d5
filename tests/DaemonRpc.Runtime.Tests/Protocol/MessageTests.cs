using System.Buffers;
using CsCheck;
using DaemonRpc.Framing;
using DaemonRpc.Journal;
using DaemonRpc.Launch;
using DaemonRpc.Program;
using DaemonRpc.Protocol;
using Microsoft.Extensions.Logging;

namespace DaemonRpc.Runtime.Tests.Protocol;

/// <summary>What holds for every message: it comes back as it was written, and bad bytes are a protocol error, nothing else.</summary>
public sealed class MessageTests
{
    private static readonly DaemonStatus s_status = new()
    {
        State = DaemonState.Busy,
        Message = "Indexing Größe 120 of 4,000",
        Progress = 0.25,
        Sequence = 12,
        TasksFinished = 3,
        Place = 11,
        LastCanceled = new DaemonCanceledTask { Id = new DaemonTaskId(-7, 8), Method = "FindAsync", Outcome = CancelOutcome.Stopped, CanceledBy = 9 },
        Waiting = 5,
        Position = 2,
        Task = new DaemonTask
        {
            Id = new DaemonTaskId(long.MaxValue, 4),
            Method = "IndexAsync",
            StartedAt = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
            ClientProcessId = 4711,
        },
    };

    private static readonly ErrorMessage s_error = new() { IsProtocol = true, Type = "System.IO.IOException", Message = "No.", StackTrace = "at X" };

    private static readonly LoggedMessage s_logged = new()
    {
        Level = LogLevel.Warning,
        Text = "Größe",
        EventId = -7,
        EventName = "Grown",
        Error = s_error with { IsProtocol = false },
        Lost = long.MaxValue,
    };

    private static readonly TaskOutcome s_outcome = new()
    {
        Task = new DaemonTaskId(-1, 2),
        Method = "IndexAsync",
        ConnectionKey = 3,
        CallId = uint.MaxValue,
        Outcome = CancelOutcome.Forced,
        CanceledBy = 5,
    };

    private static readonly BuildIdentity s_build = new(638_000_000_000_000_000, -5);

    private static readonly RequestHeader s_header = new(s_build, 7, 8, 9);

    private static readonly RequestHeader s_chained = s_header with
    {
        Chain = CallChain.Append(CallChain.Append(null, new DaemonTaskId(long.MinValue, 3)), new DaemonTaskId(5, -long.MaxValue)),
    };

    private static readonly RequestHeader s_waiting = s_chained with { Wait = 1234 };

    private static readonly Message[] s_messages =
    [
        new("hello", output => Hello().Write(output), bytes => Text(DaemonRpc.Protocol.Hello.Read(bytes)), Text(Hello())),
        new("welcome", output => Welcome().Write(output), bytes => DaemonRpc.Protocol.Welcome.Read(bytes).ToString(), Welcome().ToString()),
        new("status", output => StatusMessage.Write(output, s_status), bytes => Text(StatusMessage.Read(bytes)), Text(s_status)),
        new("error", output => s_error.Write(output), bytes => ErrorMessage.Read(bytes).ToString(), s_error.ToString()),
        new("refusal", output => Refusal().Write(output), bytes => Text(DaemonRpc.Protocol.Refusal.Read(bytes)), Text(Refusal())),
        new("goodbye", output => Goodbye().Write(output), bytes => DaemonRpc.Protocol.Goodbye.Read(bytes).ToString(), Goodbye().ToString()),
        new("cancel task", output => new CancelTask(new DaemonTaskId(5, 6)).Write(output), bytes => CancelTask.Read(bytes).ToString(), new CancelTask(new DaemonTaskId(5, 6)).ToString()),
        new("cancel any task", output => new CancelTask(null).Write(output), bytes => CancelTask.Read(bytes).ToString(), new CancelTask(null).ToString()),
        new("cancel reply", output => new CancelReply(CancelOutcome.Forced, 9).Write(output), bytes => CancelReply.Read(bytes).ToString(), new CancelReply(CancelOutcome.Forced, 9).ToString()),
        new("launch", output => Launch().Write(output), bytes => Text(LaunchMessage.Read(bytes)), Text(Launch())),
        new("task outcome", output => s_outcome.Write(output), bytes => TaskOutcome.Read(bytes).ToString(), s_outcome.ToString()),
        new("logged message", output => s_logged.Write(output), bytes => LoggedMessage.Read(bytes).ToString(), s_logged.ToString()),
        new("readiness", output => Readiness().Write(output), bytes => DaemonRpc.Launch.Readiness.Read(bytes).ToString(), Readiness().ToString()),
        new("request header", output => Write(output, s_header), bytes => RequestHeader.Read(bytes).ToString(), s_header.ToString()),
        new("request header with a chain and a wait", output => Write(output, s_waiting), bytes => RequestHeader.Read(bytes).ToString(), s_waiting.ToString()),
        new("request header with a chain", output => Write(output, s_chained), bytes => RequestHeader.Read(bytes).ToString(), s_chained.ToString()),
    ];

    public static TheoryData<string> Names => [.. s_messages.Select(message => message.Name)];

    public static TheoryData<string> ExtensibleNames => [.. s_messages.Where(message => !message.Name.StartsWith("request header", StringComparison.Ordinal)).Select(message => message.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Message_is_read_as_it_was_written(string name)
    {
        Message message = Find(name);

        Assert.Equal(message.Expected, message.Read(message.Bytes()));
    }

    [Theory]
    [MemberData(nameof(ExtensibleNames))]
    public void Unknown_fields_are_skipped(string name)
    {
        Message message = Find(name);
        FrameBuffer unknown = FrameBuffer.Rent();
        var fields = new FieldWriter(unknown);
        fields.Write(240, "from a later build");
        fields.Write(241, 1);
        byte[] extended = [.. unknown.Payload, .. message.Bytes(), .. unknown.Payload];

        Assert.Equal(message.Expected, message.Read(extended));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Message_cut_at_any_byte_is_a_protocol_error_or_a_shorter_message(string name)
    {
        Message message = Find(name);
        byte[] bytes = message.Bytes();
        for (int length = 0; length < bytes.Length; length++)
        {
            OnlyProtocolErrors(message, bytes[..length]);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Any_bytes_are_a_message_or_a_protocol_error(string name)
    {
        Message message = Find(name);
        Gen.Byte.Array[0, 200].Sample(bytes => OnlyProtocolErrors(message, bytes), iter: 2000);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Any_change_of_a_message_is_a_message_or_a_protocol_error(string name)
    {
        // Closer to the truth than bytes at random, and so deeper into the codec.
        Message message = Find(name);
        byte[] bytes = message.Bytes();
        if (bytes.Length == 0)
        {
            return;
        }

        Gen.Select(Gen.Int[0, bytes.Length - 1], Gen.Byte).Array[1, 6].Sample(
            changes =>
            {
                byte[] changed = [.. bytes];
                foreach ((int index, byte value) in changes)
                {
                    changed[index] = value;
                }

                OnlyProtocolErrors(message, changed);
            },
            iter: 2000);
    }

    [Fact]
    public void Text_that_is_no_unicode_is_sent_all_the_same()
    {
        FrameBuffer frame = FrameBuffer.Rent();
        new ErrorMessage { Message = "half a \ud83d smile" }.Write(frame);

        Assert.Equal("half a \ufffd smile", ErrorMessage.Read(frame.Payload).Message);
    }

    [Theory]
    [InlineData(5, 1)]
    [InlineData(7, 2)]
    [InlineData(8, null)]
    [InlineData(0, null)]
    public void Status_tells_each_process_its_own_position_in_the_queue(int reader, int? position)
    {
        FrameBuffer frame = FrameBuffer.Rent();
        StatusMessage.Write(frame, new DaemonStatus { State = DaemonState.Busy, Sequence = 1, TasksFinished = 0, Queue = StatusQueue.Of([5, 7, 0, 7], []) }, reader);

        DaemonStatus status = StatusMessage.Read(frame.Payload);
        Assert.Equal((4, position), (status.Waiting, status.Position));
    }

    [Fact]
    public void Status_names_the_tasks_that_gave_way_in_order_and_counts_them_nowhere()
    {
        DaemonTask[] yielded = [.. new[] { 7, 8 }.Select(number => new DaemonTask
        {
            Id = new DaemonTaskId(3, number), Method = $"Method{number}", StartedAt = DateTimeOffset.UnixEpoch.AddSeconds(number), ClientProcessId = number * 10,
        })];
        FrameBuffer frame = FrameBuffer.Rent();
        StatusMessage.Write(frame, new DaemonStatus { State = DaemonState.Busy, Sequence = 1, TasksFinished = 0, YieldedTasks = yielded });

        DaemonStatus status = StatusMessage.Read(frame.Payload);

        Assert.Equal(yielded.Select(Text), status.YieldedTasks.Select(Text));
        Assert.Equal((0, null), (status.Waiting, status.Position));
        Assert.Empty(StatusMessage.Read([]).YieldedTasks);

        static string Text(DaemonTask task) => $"{task.Id} {task.Method} {task.StartedAt.UtcTicks} {task.ClientProcessId}";
    }

    [Theory]
    [InlineData(long.MinValue, LogLevel.None)]
    [InlineData(-1, LogLevel.None)]
    [InlineData(0, LogLevel.Trace)]
    [InlineData(5, LogLevel.Critical)]
    [InlineData(6, LogLevel.None)]
    [InlineData((1L << 32) + 1, LogLevel.None)]
    public void Hello_with_a_level_that_does_not_exist_asks_for_no_messages(long level, LogLevel asked)
    {
        FrameBuffer frame = FrameBuffer.Rent();
        var fields = new FieldWriter(frame);
        fields.Write(1, ProtocolVersion.Current);
        fields.Write(19, level);

        Assert.Equal(asked, DaemonRpc.Protocol.Hello.Read(frame.Payload).TaskLogLevel);
    }

    [Fact]
    public void Hello_without_a_protocol_version_is_refused() =>
        Assert.Throws<DaemonProtocolException>(() => DaemonRpc.Protocol.Hello.Read([]));

    private static Message Find(string name) => s_messages.Single(message => message.Name == name);

    private static void OnlyProtocolErrors(Message message, byte[] bytes)
    {
        try
        {
            _ = message.Read(bytes);
        }
        catch (DaemonProtocolException)
        {
        }
    }

    private static Hello Hello() => new()
    {
        Id = "com.acme.search",
        Instance = "/home/a",
        Contract = "Acme.ISearch, Acme",
        Program = "search",
        Build = s_build,
        ForCalls = true,
        BusyTimeout = -1,
        TaskLogLevel = LogLevel.Trace,
        WorkingDirectory = "/tmp",
        CultureName = "en-GB",
        Environment = new Dictionary<string, string> { ["PATH"] = "/bin", ["EMPTY"] = "", ["ODD"] = "a=b=c" },
    };

    private static Welcome Welcome() => new()
    {
        Id = "com.acme.search",
        Instance = "x",
        Contract = "c",
        Program = "p",
        Build = s_build,
        ProcessId = 12,
        Incarnation = long.MinValue,
        LogPath = "/tmp/log",
        ContractBuild = new BuildIdentity(1, 2),
        MaxFrameBytes = 1234,
        IsStarting = true,
    };

    private static Refusal Refusal() => new()
    {
        Reason = RefusalReason.StartFailed,
        Status = s_status,
        DaemonBuild = s_build,
        Error = s_error with { IsProtocol = false },
    };

    private static Goodbye Goodbye() => new()
    {
        Reason = GoodbyeReason.Forced,
        Message = "It spun.",
        Task = new DaemonTaskId(7, 8),
        ConnectionKey = -5,
        CallId = 6,
        CausedBy = 99,
        LastAdmitted = uint.MaxValue,
    };

    private static LaunchMessage Launch() => new()
    {
        Id = "id",
        Instance = "instance",
        RuntimeDirectory = "/run",
        LogPath = "/run/log",
        Reason = new LaunchReason(DaemonJournalEvent.TookOver, "A task did not end.", 12),
        LockTimeout = TimeSpan.FromSeconds(9.5),
        Files = new ProgramFiles("/bin/tool", -7),
        Children = [12, 13],
        Socket = (5, ulong.MaxValue),
        Outcomes = [s_outcome, s_outcome with { CallId = 6 }],
    };

    private static string Text(LaunchMessage message) =>
        $"{message with { Children = [], Outcomes = [] }} {string.Join(',', message.Children)} {string.Join(',', message.Outcomes)}";

    private static Readiness Readiness() => new(ReadinessKind.Failed) { HolderProcessId = 5, Error = s_error with { IsProtocol = false } };

    private static void Write(IBufferWriter<byte> output, RequestHeader header)
    {
        header.Write(output.GetSpan(header.Size));
        output.Advance(header.Size);
    }

    private static string Text(Hello hello) =>
        $"{hello with { Environment = new Dictionary<string, string>() }} {string.Join(';', hello.Environment.Select(pair => $"{pair.Key}={pair.Value}"))}";

    private static string Text(Refusal refusal) => $"{refusal.Reason} {refusal.DaemonBuild} {refusal.Error} {Text(refusal.Status)}";

    private static string Text(DaemonStatus status) =>
        $"{status.State} {status.Message} {status.Progress} {status.Sequence} {status.TasksFinished} "
        + $"{status.Task?.Id} {status.Task?.Method} {status.Task?.StartedAt:O} {status.Task?.ClientProcessId} {status.Waiting} {status.Position} "
        + $"{status.Place} {status.LastCanceled?.Id} {status.LastCanceled?.Method} {status.LastCanceled?.Outcome} {status.LastCanceled?.CanceledBy}";

    private sealed record Message(string Name, Action<IBufferWriter<byte>> Write, MessageReader Read, string Expected)
    {
        public byte[] Bytes()
        {
            FrameBuffer frame = FrameBuffer.Rent();
            Write(frame);
            return frame.Payload.ToArray();
        }
    }

    private delegate string MessageReader(ReadOnlySpan<byte> bytes);
}
