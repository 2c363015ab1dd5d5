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
    /// <summary>With <see cref="ReadinessKind.LostRace"/>: who holds the instance lock.</summary>
    public int HolderProcessId { get; init; }

    /// <summary>With <see cref="ReadinessKind.Failed"/>: why.</summary>
    public ErrorMessage? Error { get; init; }

    public void Write(IBufferWriter<byte> output)
    {
        var fields = new FieldWriter(output);
        fields.Write(1, (long)Kind);
        fields.Write(2, HolderProcessId);
        fields.Write(3, Error?.Type);
        fields.Write(4, Error?.Message);
        fields.Write(5, Error?.StackTrace);
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
                3 => readiness with { Error = (readiness.Error ?? new ErrorMessage()) with { Type = fields.Text() } },
                4 => readiness with { Error = (readiness.Error ?? new ErrorMessage()) with { Message = fields.Text() } },
                5 => readiness with { Error = (readiness.Error ?? new ErrorMessage()) with { StackTrace = fields.Text() } },
                _ => readiness,
            };
        }

        return readiness;
    }
}
