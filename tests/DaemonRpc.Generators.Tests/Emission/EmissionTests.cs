using DaemonRpc.Generators.Tests.Infrastructure;

namespace DaemonRpc.Generators.Tests.Emission;

/// <summary>What is generated, as reviewed in the files beside this one.</summary>
public sealed class EmissionTests
{
    [Fact]
    public void Contract_of_the_documentation() => Snapshot.Match(new GeneratorRun("""
        using System.Collections.Generic;
        using System.Threading;
        using System.Threading.Tasks;
        using DaemonRpc;
        using MemoryPack;

        namespace Acme.Tools;

        [DaemonRpc("com.acme.file-search")]
        public partial interface IFileSearch
        {
            /// <summary>Indexes every file below <paramref name="root"/>.</summary>
            Task<IndexSummary> IndexAsync(string root, CancellationToken cancellationToken = default);

            /// <summary>The lines that match, as they are found.</summary>
            IAsyncEnumerable<Hit> FindAsync(string pattern, CancellationToken cancellationToken = default);
        }

        [MemoryPackable] public partial record IndexSummary(int Files, long Bytes);
        [MemoryPackable] public partial record Hit(string Path, int Line, string Text);
        """));

    [Fact]
    public void Every_shape_of_answer() => Snapshot.Match(new GeneratorRun("""
        using System.Collections.Generic;
        using System.Threading;
        using System.Threading.Tasks;
        using DaemonRpc;

        namespace Acme.Tools;

        [DaemonRpc]
        public partial interface IShapes
        {
            Task DoAsync();
            Task DoAsSaidAsync(string what, CancellationToken token);
            Task<int> CountAsync();
            ValueTask TouchAsync(string path);
            ValueTask<long> SizeAsync(CancellationToken cancellationToken, string path);
            IAsyncEnumerable<string> LinesAsync(string path);
            IAsyncEnumerable<int> NumbersAsync(CancellationToken cancellationToken = default);
        }
        """));

    [Fact]
    public void Progress_parameters() => Snapshot.Match(new GeneratorRun("""
        using System;
        using System.Collections.Generic;
        using System.Threading;
        using System.Threading.Tasks;
        using DaemonRpc;
        using MemoryPack;

        namespace Acme.Tools;

        [MemoryPackable]
        public partial record Step(string Name, List<string> Files);

        [DaemonRpc]
        public partial interface IProgressing
        {
            Task IndexAsync(string root, IProgress<int>? progress = null, CancellationToken cancellationToken = default);
            ValueTask<int> BuildAsync(IProgress<Step> steps, IProgress<string?>? words, CancellationToken cancellationToken);
            IAsyncEnumerable<string> FindAsync(IProgress<double>? progress);
        }
        """));

    [Fact]
    public void Stream_parameters() => Snapshot.Match(new GeneratorRun("""
        using System;
        using System.Collections.Generic;
        using System.Threading;
        using System.Threading.Tasks;
        using DaemonRpc;
        using MemoryPack;

        namespace Acme.Tools;

        [MemoryPackable]
        public partial record Document(string Path, List<string> Lines);

        [DaemonRpc]
        public partial interface IImporting
        {
            Task<int> ImportAsync(string root, IAsyncEnumerable<Document> documents, IProgress<int>? progress = null, CancellationToken cancellationToken = default);
            ValueTask CompareAsync(IAsyncEnumerable<string?> left, IAsyncEnumerable<(int Line, string Text)>? right = null);
            IAsyncEnumerable<string> ConvertAsync(IAsyncEnumerable<byte[]> pieces, CancellationToken cancellationToken);
        }
        """));

    [Fact]
    public void Files_and_streams_of_bytes() => Snapshot.Match(new GeneratorRun("""
        using System.Collections.Generic;
        using System.IO;
        using System.IO.Pipelines;
        using System.Threading;
        using System.Threading.Tasks;
        using DaemonRpc;
        using Microsoft.Win32.SafeHandles;

        namespace Acme.Tools;

        [DaemonRpc]
        public partial interface IArchiver
        {
            Task<long> PackAsync(string folder, Stream destination, Stream? log = null, CancellationToken cancellationToken = default);
            IAsyncEnumerable<string> ListAsync(PipeReader archive, PipeWriter? copy);
            ValueTask TalkAsync(IDuplexPipe pipe, SafeFileHandle file);
            Task<Stream?> OpenAsync(string name, CancellationToken cancellationToken);
            ValueTask<Stream> CreateAsync(string name);
        }
        """));

    [Fact]
    public void Callbacks() => Snapshot.Match(new GeneratorRun("""
        using System;
        using System.Collections.Generic;
        using System.Threading;
        using System.Threading.Tasks;
        using DaemonRpc;
        using MemoryPack;

        namespace Acme.Tools
        {
            [MemoryPackable]
            public partial record Choice(string Text, List<int> Keys);

            [DaemonCallback]
            public interface IConfirmation
            {
                ValueTask<bool> ConfirmAsync(string question, CancellationToken cancellationToken = default);
            }

            [DaemonCallback]
            public interface IPicker<T> : Acme.Other.IConfirmation
            {
                Task<T?> PickAsync(IReadOnlyList<T> from, string Methods);
                Task<T?> PickAsync(T one);
                ValueTask ToString();
            }

            [DaemonRpc]
            public partial interface ICleaning
            {
                Task<bool> CleanAsync(string root, IConfirmation confirmation, IProgress<int>? progress = null, CancellationToken cancellationToken = default);
                IAsyncEnumerable<string> SortAsync(IPicker<Choice>? picker = null, IConfirmation? confirmation = null, Acme.Other.IConfirmation? other = null);
            }
        }

        namespace Acme.Other
        {
            [DaemonCallback]
            public interface IConfirmation
            {
                Task TellAsync();
            }
        }
        """));

    [Fact]
    public void Faults() => Snapshot.Match(new GeneratorRun("""
        using System.Collections.Generic;
        using System.Threading.Tasks;
        using DaemonRpc;
        using MemoryPack;

        namespace Acme.Tools;

        [MemoryPackable]
        public partial record Problem(int Line, string Text);

        [DaemonRpc]
        public partial interface IFaulty
        {
            [Fault(typeof(Problem))]
            Task<int> ParseAsync(string file);

            [Fault(typeof(List<Problem>))]
            [Fault(typeof(Problem))]
            [Fault(typeof(Problem))]
            ValueTask CheckAsync(string file);

            [Fault(typeof(int))]
            IAsyncEnumerable<string> LinesAsync(string file);
        }
        """));

    [Fact]
    public void Default_values() => Snapshot.Match(new GeneratorRun("""
        using System;
        using System.Runtime.CompilerServices;
        using System.Threading;
        using System.Threading.Tasks;
        using DaemonRpc;

        namespace Acme.Tools;

        public enum Mode : sbyte { Slow = -1, Fast = 1 }

        [DaemonRpc]
        public partial interface IDefaults
        {
            const int Limit = 100;

            Task TextAsync(string plain = "a \"quoted\" \\ line\r\n\0\u2028end", string? none = null, char letter = '\'', char control = '\u0001');
            Task IntegersAsync(int least = int.MinValue, long most = long.MaxValue, ulong huge = ulong.MaxValue, uint flags = 0x80000000, byte? small = 5, nint native = -3);
            Task RealsAsync(double half = 0.5, double nan = double.NaN, float infinite = float.NegativeInfinity, double minusZero = -0.0, float tenth = 0.1f, decimal price = -12.50m);
            Task EnumsAsync(Mode named = Mode.Fast, Mode unnamed = (Mode)(-7), Mode? perhaps = Mode.Slow, Mode zero = default, DayOfWeek? none = null);
            Task StructsAsync(Guid id = default, DateTime? when = null, TimeSpan time = new(), bool yes = true, CancellationToken cancellationToken = default);
            Task ConstantsAsync(int limit = Limit, string name = nameof(Limit));
            Task CallerAsync([CallerMemberName] string member = "", [CallerLineNumber] int line = 0);
        #nullable disable
            Task UnannotatedAsync(string text = null, int[] numbers = default);
        #nullable restore
            Task ParamsAsync(params string[] words);
        }
        """));

    [Fact]
    public void Nullable_types() => Snapshot.Match(new GeneratorRun("""
        using System.Collections.Generic;
        using System.Threading.Tasks;
        using DaemonRpc;
        using MemoryPack;

        namespace Acme.Tools;

        [DaemonRpc]
        public partial interface INullables
        {
            Task<string?> FindAsync(string? text, int? limit, Note? note);
            ValueTask<Note?> FirstAsync(List<Note?>? notes, string?[]? words, string[]?[] rows);
            IAsyncEnumerable<(string? Key, Note? Note)?> AllAsync(Dictionary<string, List<string?>>? filter);
        }

        [MemoryPackable] public partial record Note(string? Text);
        """));

    [Fact]
    public void Collections_and_tuples() => Snapshot.Match(new GeneratorRun("""
        using System;
        using System.Buffers;
        using System.Collections.Concurrent;
        using System.Collections.Frozen;
        using System.Collections.Generic;
        using System.Collections.Immutable;
        using System.Linq;
        using System.Threading.Tasks;
        using DaemonRpc;
        using MemoryPack;

        namespace Acme.Tools;

        public enum Color { Red, Green }
        public struct Point { public int X; public int Y; }
        [MemoryPackable] public partial record Item(int Id);
        [MemoryPackable] public partial class Page<T> { public T? Value { get; set; } }
        [MemoryPackable, MemoryPackUnion(0, typeof(Circle))] public partial interface IFigure;
        [MemoryPackable] public partial class Circle : IFigure { public int Radius { get; set; } }

        [DaemonRpc]
        public partial interface ICollections
        {
            Task<List<Item>> ListsAsync(List<string> strings, IReadOnlyList<IFigure> figures, IEnumerable<int> numbers, ImmutableArray<Guid> ids);
            Task<Dictionary<Color, List<Point>>> MapsAsync(IReadOnlyDictionary<string, Item> items, ConcurrentDictionary<int, int> counts, FrozenDictionary<string, int> frozen);
            Task<ILookup<string, int>> GroupsAsync(PriorityQueue<string, int> queue, HashSet<Color> colors, KeyValuePair<string, int> pair, Lazy<string> lazy);
            Task<(int Id, string Name)> TuplesAsync((int A, (string B, Item C) D) nested, Tuple<string, int> reference, (int, int, int, int, int, int, int, string) eight);
            Task<Item[]> ArraysAsync(string[] strings, byte[][] jagged, int[,] grid, Point[] points, Color?[] colors, Point? point, Guid? id);
            Task<Page<List<Item>>> PagesAsync(Memory<byte> memory, ReadOnlyMemory<char> text, ArraySegment<int> segment, ReadOnlySequence<byte> sequence, Page<int>[] pages);
        }
        """));

    [Fact]
    public void Overloads() => Snapshot.Match(new GeneratorRun("""
        using System.Threading;
        using System.Threading.Tasks;
        using DaemonRpc;

        namespace Acme.Tools;

        [DaemonRpc]
        public partial interface IOverloads
        {
            Task<int> CountAsync();
            Task<int> CountAsync(string root);
            Task<int> CountAsync(string root, int depth, CancellationToken cancellationToken = default);
            Task OtherAsync();
        }
        """));

    [Fact]
    public void Contract_in_the_global_namespace() => Snapshot.Match(new GeneratorRun("""
        [DaemonRpc.DaemonRpc("global")]
        public partial interface IGlobal
        {
            System.Threading.Tasks.Task<Answer> AskAsync(Question question);
        }

        public enum Question { Why }
        public enum Answer { Because }
        """));

    [Fact]
    public void Internal_contract_without_methods() => Snapshot.Match(new GeneratorRun("""
        namespace Acme.@event;

        [DaemonRpc.DaemonRpc]
        internal partial interface IEmptyDaemon;
        """));

    [Fact]
    public void Obsolete_and_experimental_contract() => Snapshot.Match(new GeneratorRun("""
        using System;
        using System.Diagnostics.CodeAnalysis;
        using System.Threading.Tasks;
        using DaemonRpc;

        namespace Acme.Tools;

        [Obsolete] public enum OldMode { A }
        [Experimental("ACME001")] public enum NewMode { A }

        [DaemonRpc, Obsolete("Use \"INew\".", DiagnosticId = "ACME002")]
        public partial interface IOld
        {
            [Obsolete("Too slow.")] Task SlowAsync();
            [Obsolete] Task PlainAsync();
        #pragma warning disable CS0612, ACME001
            Task ModesAsync(OldMode[] old, NewMode? mode);
        #pragma warning restore CS0612, ACME001
        }
        """));
}
