using System.Buffers;
using DaemonRpc.Protocol;

namespace DaemonRpc.Launch;

/// <summary>The outcome of a process that was started as a daemon.</summary>
internal enum ReadinessKind
{
    /// <summary>The daemon listens and answers, although its factory may still run.</summary>
    Ready = 1,

    /// <summary>Another daemon lives and does not leave.</summary>
    LostRace = 2,

    /// <summary>The process cannot serve.</summary>
    Failed = 3,
}

/// <summary>A started daemon's typed answer to the client that started it. If the channel ends without an answer, the process died.</summary>
internal sealed record Readiness(ReadinessKind Kind)
{
    private const byte FirstOfError = 3;

    /// <summary>The process that holds the instance lock (<see cref="ReadinessKind.LostRace"/>).</summary>
    public int HolderProcessId { get; init; }

    /// <summary>The reason (<see cref="ReadinessKind.Failed"/>).</summary>
    public ErrorMessage? Error { get; init; }

    public void Write(IBufferWriter<byte> output)
    {
        var fields = new FieldWriter(output);
        fields.Write(1, (long)Kind);
        fields.Write(2, HolderProcessId);
        Error?.Write(fields, FirstOfError);
    }

    public static Readiness Read(ReadOnlySpan<byte> message)
    {
        var readiness = new Readiness(0);
        var fields = new FieldReader(message);
        while (fields.Next())
        {
            readiness = fields.Field switch
            {
                1 => readiness with { Kind = (ReadinessKind)fields.Integer() },
                2 => readiness with { HolderProcessId = fields.Int32() },
                3 or 4 or 5 => readiness with { Error = (readiness.Error ?? new ErrorMessage()).With(fields, FirstOfError) },
                _ => readiness,
            };
        }

        return readiness;
    }
}
