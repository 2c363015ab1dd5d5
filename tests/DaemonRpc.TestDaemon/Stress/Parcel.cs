using System.Globalization;
using MemoryPack;

namespace DaemonRpc.TestDaemon.Stress;

/// <summary>A value with everything that once crashed a process: records within records, generic ones, collections of them, text and dates.</summary>
[MemoryPackable]
public partial record Parcel(string Label, DateTimeOffset At, Dictionary<string, List<Parcel>> Contents, Pair<Parcel>? Both, byte[]? Bytes)
{
    private const int MostBytes = 100_000;

    /// <summary>Makes one, with others in it.</summary>
    public static Parcel Make(Random random, int depth = 3) => new(
        new string((char)random.Next('a', 'z'), random.Next(20)),
        DateTimeOffset.UnixEpoch.AddTicks(random.NextInt64(DateTimeOffset.MaxValue.Ticks / 2)),
        Enumerable.Range(0, depth == 0 ? 0 : random.Next(3)).ToDictionary(
            number => number.ToString(CultureInfo.InvariantCulture),
            _ => Enumerable.Range(0, random.Next(3)).Select(_ => Make(random, depth - 1)).ToList()),
        depth == 0 || random.Next(2) == 0 ? null : new Pair<Parcel>(Make(random, depth - 1), random.Next(2) == 0 ? null : Make(random, depth - 1)),
        random.Next(10) == 0 ? new byte[random.Next(MostBytes)] : null);

    /// <summary>All of it as text, by which two are compared.</summary>
    public string Describe() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Label} {At:O} {Bytes?.Length} [{string.Join(' ', Contents.Select(entry => $"{entry.Key}: {string.Join(',', entry.Value.Select(parcel => parcel.Describe()))}"))}] ({Both?.First.Describe()}, {Both?.Second?.Describe()})");
}

/// <summary>Two of a kind.</summary>
[MemoryPackable]
public partial record Pair<T>(T First, T? Second);
