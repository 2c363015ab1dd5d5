using System.Collections;
using System.Numerics;
using System.Reflection;
using System.Text;
using DaemonRpc.TestDaemon.Forged;
using MemoryPack;

namespace DaemonRpc.Process.Tests.Guarding;

/// <summary>A call of the contract of forged values as it stands on the wire.</summary>
/// <param name="Contract">The contract's interface.</param>
/// <param name="Method">The method's name.</param>
/// <param name="Arguments">The honest arguments, each in bytes.</param>
internal sealed record ForgedCase(Type Contract, string Method, params byte[][] Arguments)
{
    public ForgedCase(string method, params byte[][] arguments)
        : this(typeof(IForgedService), method, arguments)
    {
    }

    /// <summary>What the stranger's script reads.</summary>
    public string ToLine()
    {
        bool streams = Contract.GetMethod(Method)!.ReturnType.Name.StartsWith("IAsyncEnumerable", StringComparison.Ordinal);
        return $"{Id} {Arguments.Length} {(streams ? 1 : 0)} {Convert.ToHexString([.. Arguments.SelectMany(static argument => argument)])}";
    }

    // What the protocol calls the method: a hash that the generated code holds as a constant.
    private uint Id => (uint)Contract.Assembly
        .GetType($"{Contract.Namespace}.{Contract.Name[1..]}Daemon+Methods", throwOnError: true)!
        .GetField(Method, BindingFlags.Static | BindingFlags.NonPublic)!
        .GetRawConstantValue()!;
}

/// <summary>An honest call of each method, to be forged.</summary>
internal static class ForgedCases
{
    public static ForgedTree Tree { get; } = new("root", new("left", null, null), [new("child", null, [])]);

    public static ForgedRecord Record { get; } = new(
        "name ä", 7, DateTimeOffset.UnixEpoch, 1.5m, true, new(Guid.Empty, DateTime.UnixEpoch, DayOfWeek.Friday, (1, "inner")), ["one", null, ""], [1, 2, 3]);

    public static IReadOnlyList<ForgedCase> All { get; } =
    [
        new("TextAsync", Bytes("text")),
        new("TimesAsync", Bytes(DateTime.UnixEpoch), Bytes(DateTimeOffset.UnixEpoch), Bytes(DateOnly.MinValue), Bytes(TimeOnly.MaxValue), Bytes(TimeSpan.MinValue)),
        new("NumbersAsync", Bytes(-1.5m), Bytes(true), Bytes(new Rune('r')), Bytes((Half)1.5), Bytes(Int128.MaxValue), Bytes(Guid.Empty), Bytes(DayOfWeek.Friday), Bytes('x')),
        new("MaybeAsync", Bytes<DateTime?>(null), Bytes<DateTimeOffset?>(DateTimeOffset.UnixEpoch), Bytes<decimal?>(1m), Bytes<bool?>(false), Bytes<Rune?>(null)),
        new("ArraysAsync", Bytes<string?[]>(["a", null]), Bytes<decimal[]>([1m]), Bytes<Guid[]>([Guid.Empty]), Bytes<DateTimeOffset[]>([DateTimeOffset.UnixEpoch]), Bytes<bool[]>([true, false]), Bytes(new int[2, 2])),
        new("FrameworkAsync", Bytes(BigInteger.Pow(3, 50)), Bytes(new BitArray(40, true)), Bytes(new Version(1, 2, 3, 4)), Bytes(new Uri("http://localhost/")), Bytes(new StringBuilder("text"))),
        new("RecordAsync", Bytes(Record)),
        new("ListAsync", Bytes<List<ForgedRecord?>>([Record, null, Record])),
        new("MapAsync", Bytes(new Dictionary<string, ForgedRecord> { ["a"] = Record }), Bytes(new Dictionary<int, long> { [1] = 2 })),
        new("TreeAsync", Bytes(Tree)),
        new("FigureAsync", Bytes<IForgedFigure>(new ForgedGroup([new ForgedCircle(1, "label"), null, new ForgedGroup([])]))),
        new("TolerantAsync", Bytes(new ForgedTolerant { First = 1, Third = "three", Next = new() })),
        new("RepeatAsync", Bytes(Record), Bytes(3)),
    ];

    private static byte[] Bytes<T>(T value) => MemoryPackSerializer.Serialize(value);
}
