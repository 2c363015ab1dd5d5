using System.Buffers.Binary;
using DaemonRpc.Calls;
using DaemonRpc.Framing;

namespace DaemonRpc.Runtime.Tests.Calls;

/// <summary>What a daemon could send in place of the progress reports that a call asked for.</summary>
public sealed class ReportSinkTests
{
    private readonly List<int> _received = [];
    private readonly ReportSink[] _sinks;

    public ReportSinkTests() => _sinks = [ReportSink.Of(2, new Received(_received))];

    [Fact]
    public void Reports_of_a_frame_are_handed_over_in_order()
    {
        ReportSink.Deliver(_sinks, new Items(FrameKind.Progress, [.. Report(2, 7), .. Report(2, 8)], null));

        Assert.Equal([7, 8], _received);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(ushort.MaxValue)]
    public void Report_to_an_argument_that_asked_for_none_is_refused(int argument)
    {
        DaemonProtocolException refused = Assert.Throws<DaemonProtocolException>(() =>
            ReportSink.Deliver(_sinks, new Items(FrameKind.Progress, [.. Report(2, 7), .. Report((ushort)argument, 8)], null)));

        Assert.Contains($"argument {argument},", refused.Message, StringComparison.Ordinal);
        Assert.Equal([7], _received);
    }

    [Fact]
    public void Items_are_refused()
    {
        DaemonProtocolException refused = Assert.Throws<DaemonProtocolException>(() =>
            ReportSink.Deliver(_sinks, new Items(FrameKind.Item, Report(2, 7), null)));

        Assert.Contains("Item", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Frame_that_ends_anywhere_within_a_report_is_refused()
    {
        byte[] report = Report(2, 7);
        for (int length = 1; length < report.Length; length++)
        {
            byte[] cut = report[..length];
            _ = Assert.Throws<DaemonProtocolException>(() => ReportSink.Deliver(_sinks, new Items(FrameKind.Progress, cut, null)));
        }

        Assert.Empty(_received);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    [InlineData(int.MaxValue)]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    public void Report_with_a_forged_length_is_refused(int length)
    {
        byte[] report = Report(2, 7);
        BinaryPrimitives.WriteInt32LittleEndian(report, length);

        _ = Assert.Throws<DaemonProtocolException>(() => ReportSink.Deliver(_sinks, new Items(FrameKind.Progress, report, null)));
        Assert.Empty(_received);
    }

    private static byte[] Report(ushort argument, int value)
    {
        byte[] report = new byte[10];
        BinaryPrimitives.WriteInt32LittleEndian(report, 6);
        BinaryPrimitives.WriteUInt16LittleEndian(report.AsSpan(4), argument);
        BinaryPrimitives.WriteInt32LittleEndian(report.AsSpan(6), value);
        return report;
    }

    private sealed class Received(List<int> received) : IProgress<int>
    {
        public void Report(int value) => received.Add(value);
    }
}
