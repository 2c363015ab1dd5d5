using System.Buffers.Binary;
using DaemonRpc.Framing;
using DaemonRpc.Serialization;

namespace DaemonRpc.Calls;

/// <summary>Hands the progress reports of a call to the <see cref="IProgress{T}"/> that its caller passed.</summary>
internal abstract class ReportSink
{
    /// <summary>Creates the sink of an argument.</summary>
    /// <param name="argument">The argument's position in the call.</param>
    /// <param name="progress">The caller's object.</param>
    public static ReportSink Of<T>(ushort argument, IProgress<T> progress) => new Typed<T>(argument, progress);

    /// <summary>Hands over the reports of a frame, in their order. Runs the callers' code.</summary>
    /// <param name="sinks">The call's sinks.</param>
    /// <param name="frame">The frame.</param>
    /// <exception cref="DaemonProtocolException">The frame has no reports, or none that the call asked for.</exception>
    public static void Deliver(IReadOnlyList<ReportSink> sinks, in Items frame)
    {
        if (frame.Kind != FrameKind.Progress)
        {
            throw new DaemonProtocolException($"The daemon sent {frame.Kind} to a call that awaits a result.");
        }

        for (int offset = 0; offset < frame.Bytes.Length;)
        {
            ReadOnlySpan<byte> report = Items.Next(frame.Bytes, ref offset);
            int argument = report.Length < sizeof(ushort) ? -1 : BinaryPrimitives.ReadUInt16LittleEndian(report);
            ReportSink sink = sinks.FirstOrDefault(sink => sink.Argument == argument)
                ?? throw new DaemonProtocolException($"The daemon reported progress to argument {argument}, which asked for none.");
            sink.Deliver(report[sizeof(ushort)..]);
        }
    }

    protected abstract int Argument { get; }

    protected abstract void Deliver(ReadOnlySpan<byte> value);

    private sealed class Typed<T>(ushort argument, IProgress<T> progress) : ReportSink
    {
        protected override int Argument => argument;

        protected override void Deliver(ReadOnlySpan<byte> value)
        {
            T? report = default;
            _ = Value.Read(value, ref report, "progress report");
            progress.Report(report!);
        }
    }
}
