namespace DaemonRpc.BuildTasks.Tests.Shapes;

/// <summary>The parts of a generated program that are the same for every seed.</summary>
internal static class ProgramText
{
    public const string Usings = """
        global using System.Buffers;
        global using System.Collections;
        global using System.Collections.Concurrent;
        global using System.Collections.Frozen;
        global using System.Collections.Immutable;
        global using System.Collections.ObjectModel;
        global using System.Globalization;
        global using System.Numerics;
        global using System.Text;
        global using MemoryPack;
        """;

    /// <summary>Makes values, the same ones from the same seed, in both processes.</summary>
    public const string Values = """
        internal sealed class Values(int seed)
        {
            private readonly Random _random = new(seed);
            private int _left = 200;
            private int _depth;

            // Deep and large values end in null, so that recursive types end at all.
            public bool Null() => --_left < 0 || _depth > 8 || _random.Next(_depth > 3 ? 3 : 8) == 0;

            public void Down() => _depth++;

            public void Up() => _depth--;

            public int Int() => _random.Next(int.MinValue, int.MaxValue);

            public long Long() => _random.NextInt64(long.MinValue, long.MaxValue);

            public DateTime Moment() => new(_random.NextInt64(DateTime.UnixEpoch.Ticks, DateTime.UnixEpoch.Ticks * 2), DateTimeKind.Utc);

            // Some are longer than any buffer that is at hand.
            public string Word() => _random.Next(300) == 0 ? new string('é', 20_000) : new string([.. Enumerable.Range(0, _random.Next(12)).Select(_ => "aZ9é漢"[_random.Next(5)])]);

            public byte[] Bytes()
            {
                var bytes = new byte[_random.Next(4) == 0 ? _random.Next(100_000) : _random.Next(10)];
                _random.NextBytes(bytes);
                return bytes;
            }

            private int Count() => _left < 0 || _depth > 6 ? 0 : _random.Next(_depth > 3 ? 2 : 4);

            public T[] Several<T>(Func<Values, T> make)
            {
                var made = new T[Count()];
                for (int index = 0; index < made.Length; index++)
                {
                    made[index] = make(this);
                }

                return made;
            }

            public T[] Distinct<T>(Func<Values, T> make) => Several(make).Where(value => value is not null).Distinct().ToArray();

            public Dictionary<TKey, TValue> Map<TKey, TValue>(Func<Values, TKey> key, Func<Values, TValue> value) where TKey : notnull => Fill(new Dictionary<TKey, TValue>(), key, value);

            public TMap Fill<TMap, TKey, TValue>(TMap map, Func<Values, TKey> key, Func<Values, TValue> value) where TMap : IDictionary<TKey, TValue>
            {
                foreach (TKey each in Distinct(key))
                {
                    map.Add(each, value(this));
                }

                return map;
            }

            public IGrouping<TKey, TValue> Group<TKey, TValue>(Func<Values, TKey> key, Func<Values, TValue> value)
            {
                // MemoryPack writes a group whose key is null and refuses to read it (docs/decisions.md).
                TKey same = key(this);
                return same is null ? null! : new[] { value(this), value(this) }.GroupBy(_ => same).First();
            }

            public Lazy<T> Later<T>(Func<Values, T> make)
            {
                T made = make(this);
                return new Lazy<T>(() => made);
            }

            public T[,] Grid2<T>(Func<Values, T> make)
            {
                var made = new T[1 + Count(), 2];
                for (int row = 0; row < made.GetLength(0); row++)
                {
                    made[row, 0] = make(this);
                    made[row, 1] = make(this);
                }

                return made;
            }

            public T[,,] Grid3<T>(Func<Values, T> make) => new T[,,] { { { make(this), make(this) } }, { { make(this), make(this) } } };

            public T[,,,] Grid4<T>(Func<Values, T> make) => new T[,,,] { { { { make(this) }, { make(this) } } } };
        }
        """;

    /// <summary>Shows values in a form in which two are the same text exactly if they are the same value.</summary>
    public const string Text = """
        internal sealed class Text
        {
            private readonly StringBuilder _text = new();

            public static string Of<T>(T value, Action<Text, T> show)
            {
                var text = new Text();
                show(text, value);
                return text._text.ToString();
            }

            public void Add<T>(T value) => _text.Append(CultureInfo.InvariantCulture, $"{value} ");

            public void Null() => _text.Append("null ");

            public void Items<T>(IEnumerable<T> items, Action<Text, T> show) => List(items?.Select(item => Of(item, show)));

            public void Bag<T>(IEnumerable<T> items, Action<Text, T> show) => List(items?.Select(item => Of(item, show)).Order(StringComparer.Ordinal));

            public void Map<TKey, TValue>(IEnumerable<KeyValuePair<TKey, TValue>> pairs, Action<Text, TKey> key, Action<Text, TValue> value) =>
                List(pairs?.Select(pair => Of(pair.Key, key) + "= " + Of(pair.Value, value)).Order(StringComparer.Ordinal));

            public void Maybe<T>(T? value, Action<Text, T> show) where T : struct => List(value is null ? null : [Of(value.Value, show)]);

            public void Grid<T>(T[] items, Action<Text, T> show) => Items(items, show);

            public void Grid<T>(T[,] items, Action<Text, T> show) => Sized(items, items.Cast<T>(), show);

            public void Grid<T>(T[,,] items, Action<Text, T> show) => Sized(items, items.Cast<T>(), show);

            public void Grid<T>(T[,,,] items, Action<Text, T> show) => Sized(items, items.Cast<T>(), show);

            private void Sized<T>(Array array, IEnumerable<T> items, Action<Text, T> show)
            {
                for (int dimension = 0; dimension < array.Rank; dimension++)
                {
                    Add(array.GetLength(dimension));
                }

                Items(items, show);
            }

            private void List(IEnumerable<string>? items)
            {
                if (items is null)
                {
                    Null();
                    return;
                }

                _text.Append("[ ").AppendJoin(", ", items).Append("] ");
            }
        }
        """;

    /// <summary>Compares a value that has travelled with the one that was sent, which both ends can make.</summary>
    public const string Check = """
        internal static class Check
        {
            public static void Same<T>(int seed, Func<Values, T> make, Action<Text, T> show, T actual)
            {
                string expected = Text.Of(make(new Values(seed)), show);
                string found = Text.Of(actual, show);
                if (expected != found)
                {
                    int same = expected.Zip(found).TakeWhile(pair => pair.First == pair.Second).Count();
                    throw new InvalidOperationException($"A {typeof(T)} was sent as …{From(expected, same)} and arrived as …{From(found, same)}.");
                }
            }

            private static string From(string text, int index) => text[Math.Max(index - 20, 0)..Math.Min(index + 60, text.Length)];

            public static void Count(int items)
            {
                if (items != 3)
                {
                    throw new InvalidOperationException($"Of three items {items} arrived.");
                }
            }
        }
        """;

    /// <summary>Has either end collect its garbage in each of the ways in which a runtime does that.</summary>
    public const string Garbage = """
        public static class Garbage
        {
            public static object? Kept { get; set; }

            public static void Collect(string how, string mark)
            {
                switch (how)
                {
                    case "blocking":
                        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
                        break;

                    case "background":
                        Kept = Enumerable.Range(0, 50_000).Select(_ => new byte[1000]).ToArray();
                        long before = GC.GetGCMemoryInfo(GCKind.Background).Index;
                        GC.Collect(GC.MaxGeneration, GCCollectionMode.Default, blocking: false);
                        _ = SpinWait.SpinUntil(() => GC.GetGCMemoryInfo(GCKind.Background).Index > before, TimeSpan.FromSeconds(10));
                        Kept = null;
                        break;

                    case "idle":
                        for (int piece = 0; piece < 5000; piece++)
                        {
                            Kept = new byte[1000];
                        }

                        _ = new Mark(mark);
                        break;
                }
            }

            /// <summary>Writes a file when everything was collected after it was made.</summary>
            private sealed class Mark(string file)
            {
                private readonly int _before = GC.CollectionCount(GC.MaxGeneration);

                ~Mark()
                {
                    if (GC.CollectionCount(GC.MaxGeneration) > _before)
                    {
                        File.WriteAllText(file, "");
                    }
                    else
                    {
                        GC.ReRegisterForFinalize(this);
                    }
                }
            }
        }
        """;

    /// <summary>Makes all calls again and again, after each kind of collection, in another order each time.</summary>
    public const string Rounds = """
        internal sealed record Call(string Signature, Func<int, Task> MakeAsync);

        internal sealed class Rounds(Call[] calls, Func<string, string, Task>[] daemons, string folder, int order, string[] skipped)
        {
            private int _failures;

            /// <returns>The exit code: 0 if every value arrived as it was sent.</returns>
            public async Task<int> RunAsync(string[] collections)
            {
                await AllAsync(0);
                for (int round = 1; round <= collections.Length; round++)
                {
                    await CollectAsync(collections[round - 1], round);
                    await AllAsync(round);
                }

                Console.WriteLine("done");
                return _failures == 0 ? 0 : 1;
            }

            private async Task AllAsync(int round)
            {
                Call[] shuffled = [.. calls.Where(call => !skipped.Contains(call.Signature))];
                new Random(order * 100 + round).Shuffle(shuffled);
                foreach (Call call in shuffled)
                {
                    // Told before it is made: the last that is told is the one at which a client died.
                    Console.WriteLine($"call {round} {call.Signature}");
                    await TryAsync(() => call.MakeAsync(round));
                }
            }

            private async Task CollectAsync(string how, int round)
            {
                Console.WriteLine($"call {round} collection, {how}");
                Garbage.Collect(how, Path.Combine(folder, $"client-{order}-{round}"));
                string[] marks = [.. Enumerable.Range(0, daemons.Length).Select(daemon => Path.Combine(folder, $"daemon-{order}-{round}-{daemon}"))];
                for (int daemon = 0; daemon < daemons.Length; daemon++)
                {
                    await TryAsync(() => daemons[daemon](how, marks[daemon]));
                }

                if (how == "idle")
                {
                    await TryAsync(() => UntilAsync(marks));
                }
            }

            private static async Task UntilAsync(string[] files)
            {
                using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
                using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
                while (!files.All(File.Exists))
                {
                    _ = await timer.WaitForNextTickAsync(limit.Token);
                }
            }

            private async Task TryAsync(Func<Task> work)
            {
                try
                {
                    await work();
                }
                catch (Exception exception)
                {
                    _failures++;
                    Console.WriteLine($"failed {exception.GetType().Name}: {exception.Message.ReplaceLineEndings(" ")}");
                }
            }
        }
        """;
}
