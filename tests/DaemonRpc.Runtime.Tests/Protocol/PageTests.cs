using System.Buffers;
using System.Globalization;
using System.Text.RegularExpressions;
using DaemonRpc.Framing;
using DaemonRpc.Protocol;
using Microsoft.Extensions.Logging;

namespace DaemonRpc.Runtime.Tests.Protocol;

/// <summary>The numbers in docs/protocol.md are those of the source: whoever writes a client has nothing else.</summary>
public sealed partial class PageTests
{
    private static readonly string[] s_rows = [.. Sources.Page("protocol.md").Split('\n').Where(static line => line.StartsWith("| ", StringComparison.Ordinal))];

    private static readonly DaemonStatus s_status = new()
    {
        State = DaemonState.Busy,
        Message = "x",
        Progress = 0.5,
        Sequence = 1,
        TasksFinished = 1,
        Waiting = 1,
        Position = 1,
        YieldedTasks = [new DaemonTask { Id = new DaemonTaskId(1, 2), Method = "x", StartedAt = DateTimeOffset.UnixEpoch, ClientProcessId = 1 }],
        Task = new DaemonTask { Id = new DaemonTaskId(1, 1), Method = "x", StartedAt = DateTimeOffset.UnixEpoch, ClientProcessId = 1, AwaitedAnswer = "x" },
        LastCanceled = new DaemonCanceledTask { Id = new DaemonTaskId(1, 1), Method = "x", Outcome = CancelOutcome.Stopped, CanceledBy = 1 },
    };

    private static readonly ErrorMessage s_error = new() { FaultType = "System.Int32", Fault = new byte[] { 1 }, Ask = 1, Type = "x", Message = "x", StackTrace = "x" };

    [Fact]
    public void Kinds_of_frames_are_all_there()
    {
        IEnumerable<(string, int)> onPage = s_rows
            .Select(static row => Kind().Match(row))
            .Where(static match => match.Success)
            .Select(static match => (match.Groups[2].Value, Number(match.Groups[1].Value)))
            .Append((nameof(FrameKind.Launch), 32))
            .Append((nameof(FrameKind.Readiness), 33));

        Assert.Equal(Enum.GetValues<FrameKind>().Select(static kind => ($"{kind}", (int)kind)), onPage);
        Assert.Contains("Kinds 32 (Launch) and 33 (Readiness)", Sources.Page("protocol.md"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("state", typeof(DaemonState))]
    [InlineData("outcome", typeof(CancelOutcome))]
    [InlineData("reason of a Refusal", typeof(RefusalReason))]
    [InlineData("reason of a Goodbye", typeof(GoodbyeReason))]
    public void Values_of_numbers_are_all_there(string number, Type values) => Assert.Equal(
        string.Join(", ", Enum.GetValues(values).Cast<object>().Select(static value => string.Create(CultureInfo.InvariantCulture, $"{Convert.ToInt32(value, CultureInfo.InvariantCulture)} {value}"))),
        Cell(number));

    [Theory]
    [InlineData("Hello")]
    [InlineData("Welcome")]
    [InlineData("Error")]
    [InlineData("Canceled, CancelReply")]
    [InlineData("Refusal")]
    [InlineData("Status")]
    [InlineData("CancelTask")]
    [InlineData("Goodbye")]
    [InlineData("OutcomeQuery, OutcomeReply")]
    [InlineData("a log message")]
    public void Fields_of_messages_are_all_there(string message)
    {
        FrameBuffer frame = FrameBuffer.Rent();
        Write(message, frame);
        SortedSet<int> written = [];
        var fields = new FieldReader(frame.Payload);
        while (fields.Next())
        {
            _ = written.Add(fields.Field);
        }

        if (message == "Refusal")
        {
            // The others are those of Status, as the page says.
            _ = written.RemoveWhere(static field => field < 100);
        }

        Assert.Equal(written, OnPage(Cell(message)));
    }

    [Fact]
    public void Version_is_that_of_the_source() =>
        Assert.Contains($"version {ProtocolVersion.Current} of the protocol", Sources.Page("protocol.md"), StringComparison.Ordinal);

    private static void Write(string message, IBufferWriter<byte> output)
    {
        switch (message)
        {
            case "Hello":
                new Hello { Environment = new Dictionary<string, string> { ["A"] = "1" }, TaskLogLevel = LogLevel.Debug, Methods = [1] }.Write(output);
                break;
            case "Welcome":
                new Welcome { Methods = [1] }.Write(output);
                break;
            case "Error":
                s_error.Write(output);
                break;
            case "Canceled, CancelReply":
                new CancelReply(CancelOutcome.Stopped, 1).Write(output);
                break;
            case "Refusal":
                new Refusal { Reason = RefusalReason.Busy, Status = s_status, Error = s_error }.Write(output);
                break;
            case "Status":
                StatusMessage.Write(output, s_status);
                break;
            case "CancelTask":
                new CancelTask(new DaemonTaskId(1, 1)).Write(output);
                break;
            case "Goodbye":
                new Goodbye { Reason = GoodbyeReason.Idle }.Write(output);
                break;
            case "a log message":
                new LoggedMessage { Level = LogLevel.Error, EventName = "x", Error = s_error, Lost = 1 }.Write(output);
                break;
            default:
                new TaskOutcome().Write(output);
                break;
        }
    }

    private static string Cell(string first) =>
        Assert.Single(s_rows, row => row.StartsWith($"| {first} | ", StringComparison.Ordinal)).Split('|')[2].Trim();

    /// <summary>The numbers at the beginning of each part of a cell: <c>1 what; 2 and 3 what; 4 to 6 what</c>.</summary>
    private static IEnumerable<int> OnPage(string cell) => cell
        .Split(';')
        .Select(static part => Numbers().Match(part))
        .Where(static match => match.Success)
        .SelectMany(static match => Enumerable.Range(
            Number(match.Groups[1].Value),
            match.Groups[2].Success ? Number(match.Groups[2].Value) - Number(match.Groups[1].Value) + 1 : 1));

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^\| (\d+) \| (\w+) \| (client|daemon) \|")]
    private static partial Regex Kind();

    [GeneratedRegex(@"^\s*(\d+)(?: (?:and|to) (\d+))? ")]
    private static partial Regex Numbers();
}
