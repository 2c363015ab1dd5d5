using System.Buffers.Binary;
using System.Text;

namespace DaemonRpc.Protocol;

/// <summary>The span within which a call is made, as W3C's Trace Context names it: its trace, its own id, and what tracing systems add.</summary>
/// <remarks>
/// <code>
/// uint8     the flags of traceparent: 1 if the trace is recorded
/// 16 bytes  the trace's id
/// 8 bytes   the span's id
/// uint16    the length of tracestate
/// bytes     tracestate, in ASCII
/// </code>
/// Of nearly every call there is none. Nothing here names a type of .NET's tracing, whose first use is expensive.
/// </remarks>
internal sealed class TraceContext
{
    /// <summary>The longest tracestate, in characters. A longer one is not sent, as the specification allows.</summary>
    public const int MostState = 512;

    /// <summary>The size of the two ids together, in bytes.</summary>
    public const int IdsSize = TraceIdSize + SpanIdSize;

    /// <summary>The size of the trace's id, which comes first, in bytes.</summary>
    public const int TraceIdSize = 16;

    private const int SpanIdSize = 8;
    private const int StateStart = 1 + IdsSize + sizeof(ushort);

    private readonly byte[] _ids;
    private readonly string _state;

    /// <param name="flags">The flags.</param>
    /// <param name="ids">The ids of trace and span, <see cref="IdsSize"/> bytes, which are not copied.</param>
    /// <param name="state">The tracestate, or null.</param>
    public TraceContext(byte flags, byte[] ids, string? state)
    {
        (_ids, Flags) = (ids, flags);
        _state = state is { Length: <= MostState } ? state : "";
    }

    public byte Flags { get; }

    public ReadOnlySpan<byte> TraceId => _ids.AsSpan(0, TraceIdSize);

    public ReadOnlySpan<byte> SpanId => _ids.AsSpan(TraceIdSize);

    /// <summary>What tracing systems add to the ids; null for nothing, or for what is no text in ASCII.</summary>
    public string? State => _state.Length > 0 && !_state.AsSpan().ContainsAnyExceptInRange(' ', '~') ? _state : null;

    /// <summary>Whether both ids name something: all zeros are no id.</summary>
    public bool IsValid => TraceId.ContainsAnyExcept((byte)0) && SpanId.ContainsAnyExcept((byte)0);

    /// <summary>The size on the wire, in bytes.</summary>
    public int Size => StateStart + _state.Length;

    /// <summary>Reads a context from the beginning of the bytes.</summary>
    /// <exception cref="DaemonProtocolException">The bytes end within it, or its tracestate is too long.</exception>
    public static TraceContext Read(ReadOnlySpan<byte> bytes)
    {
        int length = bytes.Length < StateStart ? 0 : BinaryPrimitives.ReadUInt16LittleEndian(bytes[(1 + IdsSize)..]);
        if (bytes.Length < StateStart + length || length > MostState)
        {
            throw new DaemonProtocolException($"A request announces a trace with a state of {length} bytes and has {bytes.Length} bytes for both; the state may have {MostState}.");
        }

        return new TraceContext(bytes[0], bytes.Slice(1, IdsSize).ToArray(), Encoding.Latin1.GetString(bytes.Slice(StateStart, length)));
    }

    public void Write(Span<byte> bytes)
    {
        bytes[0] = Flags;
        _ids.CopyTo(bytes[1..]);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[(1 + IdsSize)..], (ushort)_state.Length);
        _ = Encoding.Latin1.GetBytes(_state, bytes[StateStart..]);
    }
}
