using System.Buffers;
using DaemonRpc.Protocol;

namespace DaemonRpc.Launch;

/// <summary>What became of a process that was started to be a daemon.</summary>
internal enum ReadinessKind
{
    /// <summary>It is bound and answers, though its factory may still run.</summary>
    Ready = 1,

    /// <summary>Another daemon lives and does not go.</summary>
    LostRace = 2,

    /// <summary>It cannot serve.</summary>
    Failed = 3,
}

/// <summary>A started daemon's typed answer to the client that started it. No answer but an end means that it died.</summary>
internal sealed record Readiness(ReadinessKind Kind)
{
    private const byte FirstOfError = 3;

    /// <summary>With <see cref="ReadinessKind.LostRace"/>: who holds the instance lock.</summary>
    public int HolderProcessId { get; init; }

    /// <summary>With <see cref="ReadinessKind.Failed"/>: why.</summary>
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
