using System.Text;
using DaemonRpc.Calls;
using DaemonRpc.Framing;
using DaemonRpc.Journal;
using DaemonRpc.Launch;
using DaemonRpc.Logging;
using DaemonRpc.Protocol;
using DaemonRpc.Serialization;
using DaemonRpc.Session;
using DaemonRpc.Transport;

namespace DaemonRpc.Runtime.Tests.Fuzzing;

/// <summary>The bytes of one message, as its reader gets them: those of the private channel to a started process, files and variables too. Each step is a message.</summary>
internal sealed class HostileMessage : FuzzTarget
{
    // A frame's buffer grows once without having been filled.
    private const long Allocation = 2 * 1024 * 1024;
    private const long AllocationPerByte = 128;

    private TemporaryFolder? _folder;

    public override string Name => "message";

    public override IReadOnlyList<FuzzSeed> Seeds => MessageSeeds.All;

    public override string Run(FuzzInput input, FuzzEnd end, string? brings)
    {
        var all = new StringBuilder();
        foreach (FuzzStep step in input.Steps)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            string came;
            try
            {
                came = Read(input.Scenario, step.Bytes) ?? "null";
            }
            catch (Exception exception) when (exception is DaemonProtocolException or EndOfStreamException)
            {
                came = HostileClient.Generally(exception.Message);
            }

            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(allocated <= Allocation + (AllocationPerByte * step.Bytes.Length), $"{step.Bytes.Length} bytes of {input.Scenario} had {allocated} bytes allocated.");
            _ = all.Append(all.Length == 0 ? "" : " ").Append(came);
        }

        return all.ToString();
    }

    public override void Rest()
    {
        _folder?.Dispose();
        _folder = null;
    }

    /// <summary>Reads a message, and looks at what was read as people are shown it. Returns a word for what it is.</summary>
    private string? Read(string scenario, byte[] bytes)
    {
        switch (scenario)
        {
            case "launch":
                return Frame(bytes, out byte[] launch) == FrameKind.Launch ? LaunchMessage.Read(launch).ToString()[..8] : "another";

            case "readiness":
                return Frame(bytes, out byte[] readiness) == FrameKind.Readiness ? Readiness.Read(readiness).Error?.ToException().GetType().Name ?? "none" : "another";

            case "hello":
                var hello = Hello.Read(bytes, null);
                return $"{hello.Build} {hello.Environment.Count}".Length > 0 ? "hello" : null;

            case "welcome":
                return $"{Welcome.Read(bytes).Build}".Length > 0 ? "welcome" : null;

            case "request":
                return bytes[Math.Min(RequestHeader.Read(bytes).Size, bytes.Length)..].Length >= 0 && RequestHeader.ReadFrozen(bytes).Size > 0 ? "request" : null;

            case "ask":
                var ask = Ask.Read(bytes);
                return $"{ask.Chain}".Length > 0 && bytes[ask.Size..].Length >= 0 ? "ask" : null;

            case "answer":
                _ = AskNumber.Read(bytes, FrameKind.Answer, out ReadOnlySpan<byte> rest);
                _ = AnswerMessage.Read(rest, out ErrorMessage? failure);
                return failure is null ? "answer" : "failure";

            case "error":
                return FaultType.ToException(ErrorMessage.Read(bytes)).ToString().Length > 0 ? "error" : null;

            case "goodbye":
                return new SessionEnd(Goodbye.Read(bytes), null).Describe().Length > 0 ? "goodbye" : null;

            case "refusal":
                var refusal = Refusal.Read(bytes);
                return $"{refusal.DaemonBuild} {refusal.DaemonBuild.Time} {refusal.Status} {refusal.Error?.ToException()}".Length > 0 ? "refusal" : null;

            case "status":
                DaemonStatus status = StatusMessage.Read(bytes);
                return $"{status} {status.Task?.StartedAt.ToLocalTime()} {status.YieldedTasks.Count} {status.Position}".Length > 0 ? "status" : null;

            case "query":
                return StatusQuery.Read(bytes).Watch ? "watch" : "query";

            case "cancel":
                return $"{CancelReply.Read(bytes).Outcome} {CancelTask.Read(bytes).Task}".Length > 0 ? "cancel" : null;

            case "outcome":
                return $"{TaskOutcome.Read(bytes)}".Length > 0 ? "outcome" : null;

            case "log":
                for (int offset = 0; offset < bytes.Length;)
                {
                    _ = LoggedMessage.Read(Items.Next(bytes, ref offset)).Error?.ToException().ToString();
                }

                return "log";

            case "chain":
                return CallChain.Parse(Encoding.UTF8.GetString(bytes)) is { } chain ? chain.ToString()[..1] : "none";

            case "journal":
                string journal = Written(bytes);
                return new JournalFile(journal).Read().TrueForAll(static entry => JournalLine.TryParse(JournalLine.Format(entry).TrimEnd('\n'), out _)) ? "journal" : throw new FormatException("An entry that was read cannot be written.");

            case "tail":
                string log = Written(bytes);
                return DaemonLog.Tail(DaemonLog.FileOf(log, 1)).Count <= 20 ? "tail" : null;

            case "path":
                string path = Encoding.UTF8.GetString(bytes);
                return DaemonLog.Tail(DaemonLog.FileOf(path, 1)).Count <= 20 ? "path" : null;

            default:
                throw new FormatException($"There is no reader '{scenario}'.");
        }
    }

    private string Written(byte[] bytes)
    {
        string path = (_folder ??= new TemporaryFolder())["file"];
        File.WriteAllBytes(path, bytes);
        return path;
    }

    /// <summary>Reads a frame as the two ends of the private channel do: nothing before it, and the end behind it.</summary>
    private static FrameKind Frame(byte[] bytes, out byte[] payload)
    {
        (SocketChannel near, SocketChannel far) = SocketChannels.Create();
        using (far)
        {
            using (near)
            {
                near.Send(bytes);
            }

            bool isRead = new FrameReader(far).TryRead(out FrameHeader header, out ReadOnlySpan<byte> read);
            payload = read.ToArray();
            return isRead ? header.Kind : default;
        }
    }
}
