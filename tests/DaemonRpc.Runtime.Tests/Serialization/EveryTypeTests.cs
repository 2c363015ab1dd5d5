using System.Buffers;
using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Collections.ObjectModel;
using System.Globalization;
using System.Text;
using CsCheck;
using DaemonRpc.Serialization;

namespace DaemonRpc.Runtime.Tests.Serialization;

/// <summary>Every type that MemoryPack writes by itself: read back it is what was written, from the bytes that were written and no other.</summary>
public sealed class EveryTypeTests
{
    private static readonly Gen<string?> s_texts = Gen.OneOf(Gen.String[Gen.Char[' ', '\ud7ff'], 0, 300], Gen.Const("é漢\0"), Gen.Const((string?)null)!)!;

    [Fact]
    public void Collection_of_numbers() => Collections(Gen.Int);

    [Fact]
    public void Collection_of_texts() => Collections(Gen.String[Gen.Char.AlphaNumeric, 0, 300]);

    [Fact]
    public void Collection_of_tuples() => Collections(Gen.Select(Gen.Byte, Gen.Long));

    [Fact]
    public void Map_of_numbers() => Maps(Gen.Int, Gen.Long.Nullable());

    [Fact]
    public void Map_of_texts() => Maps(Gen.String[Gen.Char.AlphaNumeric, 0, 20], s_texts);

    [Fact]
    public void Array_of_several_dimensions()
    {
        Gen<(int, int, int, int)> sizes = Gen.Select(Gen.Int[0, 3], Gen.Int[0, 3], Gen.Int[0, 3], Gen.Int[0, 3]);
        sizes.Sample(size =>
        {
            (int a, int b, int c, int d) = size;
            Same(new int[a, b]);
            Same(new byte[a, b, c]);
            Same(Filled(new string?[a, b]));
            Same(Filled(new string?[a, b, c]));
            Same(Filled(new string?[a, b, c, d]));
        });
    }

    [Fact]
    public void Tuple_of_any_length()
    {
        s_texts.Sample(text =>
        {
            Same(ValueTuple.Create(text));
            Same((text, 1));
            Same((1, text, 2, text, 3, text, 4));
            Same((1, text, 2, text, 3, text, 4, text));
            Same((1, text, 2, text, 3, text, 4, text, 5, text, 6, text, 7, text, 8, text));
            Same(Tuple.Create(text));
            Same(Tuple.Create(1, text, 2, text, 3, text, 4, text));
            Same(((int, string?)?)(1, text));
            Same(new Lazy<string?>(() => text), lazy => lazy.Value);
            Same(KeyValuePair.Create(text, (int?)null));
        });
        Same<(int, string)?>(null);
    }

    [Fact]
    public void Other_type_that_MemoryPack_knows()
    {
        s_texts.Sample(text => Same(text is null ? null : new StringBuilder(text), built => built?.ToString()));
        Gen.Byte.Array[0, 70_000].Sample(bytes => Same(new StringBuilder().AppendJoin(',', bytes), built => built.ToString()), iter: 5);
        Gen.Int[0, 9].Sample(part => Assert.All([new Version(), new(part, 1), new(part, 1, 2), new(part, 1, 2, 3)], version => Same(version)));
        Assert.All([typeof(int), typeof(List<>), typeof(Dictionary<string, int[]>), typeof(int[,]), typeof(EveryTypeTests)], type => Same(type));
        Assert.All(CultureInfo.GetCultures(CultureTypes.AllCultures), culture => Same(culture));
    }

    private static void Collections<T>(Gen<T> items)
        where T : IComparable<T>
    {
        items.Array[0, 100].Sample(array =>
        {
            Same(array);
            Same(array.ToList());
            Same(new Stack<T>(array));
            Same(new Queue<T>(array));
            Same(new LinkedList<T>(array));
            Same(array.ToHashSet());
            Same(new SortedSet<T>(array));
            Same(new PriorityQueue<T, int>(array.Select((item, index) => (item, index))), queue => queue.UnorderedItems.Order());
            Same(new ConcurrentQueue<T>(array));
            Same(new ConcurrentStack<T>(array));
            Same(new ConcurrentBag<T>(array), bag => bag.Order());
            Same(new BlockingCollection<T>(new ConcurrentQueue<T>(array)));
            Same(new Collection<T>(array));
            Same(new ObservableCollection<T>(array));
            Same(new ReadOnlyCollection<T>(array));
            Same(new ReadOnlyObservableCollection<T>(new(array)));
            Same(array.ToFrozenSet());
            Same(array.ToImmutableArray());
            Same(array.ToImmutableList());
            Same(ImmutableQueue.Create(array));
            Same(ImmutableStack.Create(array));
            Same(array.ToImmutableHashSet());
            Same(array.ToImmutableSortedSet());
            Same<IImmutableList<T>>(array.ToImmutableList());
            Same<IImmutableQueue<T>>(ImmutableQueue.Create(array));
            Same<IImmutableStack<T>>(ImmutableStack.Create(array));
            Same<IImmutableSet<T>>(array.ToImmutableHashSet());
            Same(array.Select(static item => item));
            Same<IEnumerable<T>>(new Queue<T>(array));
            Same<ICollection<T>>(new LinkedList<T>(array));
            Same<IReadOnlyCollection<T>>(new Queue<T>(array));
            Same<IList<T>>(array);
            Same<IReadOnlyList<T>>(array.ToImmutableArray());
            Same<ISet<T>>(array.ToHashSet());
            Same<IReadOnlySet<T>>(array.ToFrozenSet());
            Same(array.AsMemory(), memory => memory.ToArray());
            Same((ReadOnlyMemory<T>)array, memory => memory.ToArray());
            Same(new ArraySegment<T>(array, array.Length / 2, array.Length / 4));
            Same(new ReadOnlySequence<T>(array), sequence => sequence.ToArray());
        });
        Same(default(ImmutableArray<T>), array => array.IsDefault);
        Same(default(Memory<T>), memory => memory.ToArray());
        Same<T[]?>(null);
        Same<List<T>?>(null);
        Same<Stack<T>?>(null);
        Same<IEnumerable<T>?>(null);
        Same<FrozenSet<T>?>(null);
        Same<ImmutableQueue<T>?>(null);
    }

    private static void Maps<TKey, TValue>(Gen<TKey> keys, Gen<TValue> values)
        where TKey : notnull
    {
        Gen.Dictionary(keys, values)[0, 50].Sample(map =>
        {
            Same(map);
            Same(new SortedDictionary<TKey, TValue>(map));
            Same(new SortedList<TKey, TValue>(map));
            Same(new ConcurrentDictionary<TKey, TValue>(map));
            Same(map.ToFrozenDictionary());
            Same(map.ToImmutableDictionary());
            Same(map.ToImmutableSortedDictionary());
            Same<IDictionary<TKey, TValue>>(map);
            Same<IReadOnlyDictionary<TKey, TValue>>(map.ToImmutableDictionary());
            Same<IImmutableDictionary<TKey, TValue>>(map.ToImmutableDictionary());
            Same(map.ToList());
            Same(map.ToLookup(pair => pair.Key, pair => pair.Value), lookup => lookup.ToDictionary(group => group.Key, group => group.ToArray()));
            Assert.All(map.GroupBy(pair => pair.Key, pair => pair.Value), group => Same(group, same => (same.Key, Items: string.Join(' ', same))));
        });
        Same<Dictionary<TKey, TValue>?>(null);
        Same<FrozenDictionary<TKey, TValue>?>(null);
        Same<ILookup<TKey, TValue>?>(null);
    }

    private static TArray Filled<TArray>(TArray array)
        where TArray : class
    {
        var whole = (Array)(object)array;
        int[] index = new int[whole.Rank];
        for (int item = 0; item < whole.Length; item++)
        {
            whole.SetValue(item % 3 == 0 ? null : $"{item}", index);
            for (int dimension = whole.Rank - 1; dimension >= 0 && ++index[dimension] == whole.GetLength(dimension); dimension--)
            {
                index[dimension] = 0;
            }
        }

        return array;
    }

    private static void Same<T>(T value) => Same(value, static same => (object?)same);

    private static void Same<T, TShown>(T value, Func<T, TShown> show)
    {
        var output = new ArrayBufferWriter<byte>();
        Value.Write(output, value, "argument");
        int size = output.WrittenCount;
        Value.Write(output, "next", "argument");

        T? read = default;
        Assert.Equal(size, Value.Read(output.WrittenSpan, ref read, "argument"));
        Assert.Equal(show(value), show(read!));
    }
}
