using System.Buffers.Binary;
using DaemonRpc.Transport;

namespace DaemonRpc.Protocol;

/// <summary>The fields before a request's arguments. The first 16 bytes are frozen, so that any daemon can refuse any build.</summary>
/// <remarks>
/// <code>
/// int64   the client's build timestamp
/// int64   the client's build fingerprint
/// uint32  method id
/// uint32  how many bytes of items may be sent at once; 0 for a call without a stream
/// uint16  number of arguments; flags in its five highest bits: a chain, a wait, a timeout, a number of descriptors, a trace follows
/// bytes   the chain of calls, if one follows: uint8 count, then for each link int64 incarnation, int64 number
/// int64   the wait, if one follows: milliseconds in the queue, instead of the hello's
/// int64   the timeout, if one follows: milliseconds that the call may take from now on
/// uint8   the number of descriptors that came with the request's first byte, if it follows
/// bytes   the trace, if one follows: <see cref="TraceContext"/>
/// bytes   the arguments, one after another
/// </code>
/// </remarks>
internal readonly record struct RequestHeader(BuildIdentity Build, uint Method, uint Credit, ushort ArgumentCount)
{
    // No C# method has anywhere near this many parameters.
    private const ushort ChainFollows = 0x8000;

    private const ushort WaitFollows = 0x4000;
    private const ushort TimeoutFollows = 0x2000;
    private const ushort DescriptorsFollow = 0x1000;
    private const ushort TraceFollows = 0x0800;
    private const ushort Follows = ChainFollows | WaitFollows | TimeoutFollows | DescriptorsFollow | TraceFollows;

    private const int FixedSize = 26;
    private const int BuildSize = 16;

    /// <summary>The tasks within which the call is made; null for nearly every call.</summary>
    public CallChain? Chain { get; init; }

    /// <summary>How many milliseconds the call waits in the queue, if it differs from the hello's value because the call has waited before.</summary>
    public long? Wait { get; init; }

    /// <summary>The deadline of the call; null for none. Sent as a duration, because clocks differ.</summary>
    public Deadline? Deadline { get; init; }

    /// <summary>How many descriptors travel with the request.</summary>
    public byte Descriptors { get; init; }

    /// <summary>The span within which the call is made; null for nearly every call. Only for a daemon that has said that it reads one.</summary>
    public TraceContext? Trace { get; init; }

    /// <summary>The request's attachment, or null. Not part of the header's bytes, but passed along with it.</summary>
    public byte[]? Attachment { get; init; }

    /// <summary>The header's size in bytes, which is where the arguments begin.</summary>
    public int Size => TraceStart + (Trace?.Size ?? 0);

    private int WaitStart => FixedSize + (Chain?.Size ?? 0);

    private int DescriptorsStart => WaitStart + (Wait is null ? 0 : sizeof(long)) + (Deadline is null ? 0 : sizeof(long));

    private int TraceStart => DescriptorsStart + (Descriptors == 0 ? 0 : 1);

    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteInt64LittleEndian(bytes, Build.Timestamp);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[8..], Build.Fingerprint);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[16..], Method);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[20..], Credit);
        int follows = (Chain is null ? 0 : ChainFollows) | (Wait is null ? 0 : WaitFollows) | (Deadline is null ? 0 : TimeoutFollows)
            | (Descriptors == 0 ? 0 : DescriptorsFollow) | (Trace is null ? 0 : TraceFollows);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[24..], (ushort)(ArgumentCount | follows));
        Chain?.Write(bytes[FixedSize..]);
        if (Wait is { } wait)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes[WaitStart..], wait);
        }

        if (Deadline is { } deadline)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes[(DescriptorsStart - sizeof(long))..], deadline.LeftMilliseconds);
        }

        if (Descriptors > 0)
        {
            bytes[DescriptorsStart] = Descriptors;
        }

        Trace?.Write(bytes[TraceStart..]);
    }

    public static RequestHeader Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < FixedSize)
        {
            throw new DaemonProtocolException($"A request has {bytes.Length} bytes; its header alone has {FixedSize}.");
        }

        ushort count = BinaryPrimitives.ReadUInt16LittleEndian(bytes[24..]);
        CallChain? chain = (count & ChainFollows) != 0 ? CallChain.Read(bytes[FixedSize..]) : null;
        var header = new RequestHeader(
            BuildOf(bytes),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[16..]),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[20..]),
            (ushort)(count & ~Follows))
        {
            Chain = chain,
        };
        if ((count & WaitFollows) != 0)
        {
            header = header with { Wait = ReadMilliseconds(bytes[header.Size..], "wait") };
        }

        if ((count & TimeoutFollows) != 0)
        {
            header = header with { Deadline = Transport.Deadline.Of(ReadMilliseconds(bytes[header.Size..], "limit")) };
        }

        if ((count & DescriptorsFollow) != 0)
        {
            header = header with { Descriptors = ReadDescriptors(bytes[header.Size..]) };
        }

        return (count & TraceFollows) == 0 ? header : header with { Trace = TraceContext.Read(bytes[header.Size..]) };
    }

    /// <summary>Returns this header with its deadline on a clock, beginning now if it was on another one.</summary>
    /// <param name="clock">The clock; null for real time.</param>
    public RequestHeader On(TimeProvider? clock) => Deadline is { } deadline ? this with { Deadline = deadline.On(clock) } : this;

    /// <summary>Reads only the frozen part, the build, of a client with another protocol version.</summary>
    public static RequestHeader ReadFrozen(ReadOnlySpan<byte> bytes) => bytes.Length >= BuildSize
        ? new RequestHeader(BuildOf(bytes), 0, 0, 0)
        : throw new DaemonProtocolException($"A request has {bytes.Length} bytes; its build alone has {BuildSize}.");

    private static BuildIdentity BuildOf(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadInt64LittleEndian(bytes), BinaryPrimitives.ReadInt64LittleEndian(bytes[sizeof(long)..]));

    private static byte ReadDescriptors(ReadOnlySpan<byte> bytes) => !bytes.IsEmpty && bytes[0] > 0
        ? bytes[0]
        : throw new DaemonProtocolException("A request says that descriptors came with it, and not how many.");

    private static long ReadMilliseconds(ReadOnlySpan<byte> bytes, string what) => bytes.Length >= sizeof(long)
        ? BinaryPrimitives.ReadInt64LittleEndian(bytes)
        : throw new DaemonProtocolException($"A request ends within its {what}, which has {sizeof(long)} bytes.");
}
