using DaemonRpc.Generators.Tests.Infrastructure;
using Microsoft.CodeAnalysis;

namespace DaemonRpc.Generators.Tests.Diagnostics;

/// <summary>Which types cannot travel, and which only may not.</summary>
public sealed class TypeDiagnosticsTests
{
    private const string Anything = "the receiver would not know what to read; name the type";
    private const string Abstract = "the receiver would not know which class to make; add [MemoryPackable] and [MemoryPackUnion] to it, or name a class";
    private const string Bytes = "only a parameter of its own, or what the method returns, is a stream of bytes; send a byte[]";
    private const string Pipe = "only a parameter of its own is a pipe; return a Stream";

    [Theory]
    [InlineData("object", "object", Anything)]
    [InlineData("dynamic", "dynamic", Anything)]
    [InlineData("List<object?>", "object?", Anything)]
    [InlineData("int*", "int*", "it points into the memory of one process")]
    [InlineData("Action", "Action", "code stays in its process; send what it would work on")]
    [InlineData("Dictionary<string, Func<int>[]>", "Func<int>", "code stays in its process; send what it would work on")]
    [InlineData("Span<byte>", "Span<byte>", "it lives on the stack; use an array or Memory<T>")]
    [InlineData("int[,,,,]", "int[*,*,*,*,*]", "MemoryPack writes arrays of at most four dimensions")]
    [InlineData("(int, CancellationToken)", "CancellationToken", "a token is only passed as a parameter of its own")]
    [InlineData("Task<int>", "Task<int>", "work stays in its process; send its result")]
    [InlineData("List<IAsyncEnumerable<int>>", "IAsyncEnumerable<int>", "only a parameter of its own, or what the method returns, is a stream; send a collection")]
    [InlineData("IAsyncEnumerable<IAsyncEnumerable<int>>", "IAsyncEnumerable<int>", "only a parameter of its own, or what the method returns, is a stream; send a collection")]
    [InlineData("IAsyncEnumerable<IProgress<int>>", "IProgress<int>", "only a parameter of its own gets reports")]
    [InlineData("IAsyncEnumerable<object>", "object", Anything)]
    [InlineData("List<IProgress<int>>", "IProgress<int>", "only a parameter of its own gets reports")]
    [InlineData("IProgress<IProgress<int>>", "IProgress<int>", "only a parameter of its own gets reports")]
    [InlineData("IProgress<object>", "object", Anything)]
    [InlineData("Progress<int>", "Progress<int>", "the object stays with the caller; declare the parameter as IProgress<T>")]
    [InlineData("List<System.IO.Stream>", "Stream", Bytes)]
    [InlineData("System.IO.Pipelines.IDuplexPipe[]", "IDuplexPipe", Pipe)]
    [InlineData("IAsyncEnumerable<Microsoft.Win32.SafeHandles.SafeFileHandle>", "SafeFileHandle", "only a parameter of its own is a file; return a Stream")]
    [InlineData("System.IO.MemoryStream", "MemoryStream", "the object stays with the caller; declare the parameter as Stream")]
    [InlineData("IDisposable", "IDisposable", Abstract)]
    [InlineData("Figure", "Figure", Abstract)]
    [InlineData("List<IFigure>", "IFigure", Abstract)]
    public async Task Type_that_can_never_travel_is_an_error(string type, string culprit, string reason)
    {
        AnalyzerRun run = await AnalyzerRun.Of(Contract($"Task RunAsync([|{type}|] what);"));

        run.AssertReports("DRPC101", DiagnosticSeverity.Error, $"'{culprit}' in 'RunAsync' cannot travel to or from a daemon, because {reason}");
    }

    [Theory]
    [InlineData("Plain", "Plain")]
    [InlineData("Managed", "Managed")]
    [InlineData("List<Plain>", "Plain")]
    [InlineData("System.Net.IPAddress", "IPAddress")]
    public async Task Type_that_nothing_is_known_of_is_a_warning(string type, string culprit)
    {
        AnalyzerRun run = await AnalyzerRun.Of(Contract($"[|Task<{type}>|] RunAsync();"));

        run.AssertReports(
            "DRPC102",
            DiagnosticSeverity.Warning,
            $"'{culprit}' in 'RunAsync' needs [MemoryPackable], or a formatter registered before the first call, because MemoryPack does not know the type");
    }

    [Theory]
    [InlineData("string?[]")]
    [InlineData("Unmanaged")]
    [InlineData("Unmanaged?")]
    [InlineData("DayOfWeek")]
    [InlineData("Packed")]
    [InlineData("Sound")]
    [InlineData("IUnion")]
    [InlineData("OwnFormatter")]
    [InlineData("Uri")]
    [InlineData("Version")]
    [InlineData("Type")]
    [InlineData("Guid?")]
    [InlineData("IReadOnlyDictionary<string, IReadOnlyList<(Packed?, Unmanaged)>>")]
    [InlineData("Lazy<Packed>")]
    [InlineData("Memory<byte>")]
    [InlineData("nint")]
    public async Task Type_that_can_travel_is_fine_both_ways(string type)
    {
        AnalyzerRun run = await AnalyzerRun.Of(Contract($"Task<{type}> RunAsync({type} what); IAsyncEnumerable<{type}> StreamAsync();"));

        Assert.Empty(run.Diagnostics);
        Assert.True(run.HasGenerated);
    }

    [Theory]
    [InlineData("Holder")]
    [InlineData("List<Holder?>")]
    [InlineData("Deep")]
    public async Task Record_that_generated_code_cannot_name_is_a_warning(string type)
    {
        AnalyzerRun run = await AnalyzerRun.Of(Contract($"Task RunAsync([|{type}|] what);"));

        run.AssertReports(
            "DRPC103",
            DiagnosticSeverity.Warning,
            "'Holder.Hidden', which 'RunAsync' sends, must be public or internal, because a program published with Native AOT needs a serialiser that names it");
        Assert.True(run.HasGenerated);
    }

    [Theory]
    [InlineData("Archive")]
    [InlineData("Dictionary<string, Archive?>")]
    [InlineData("Shelf")]
    [InlineData("(Plain, Shelf)")]
    public async Task Member_that_MemoryPack_misreads_is_an_error(string type)
    {
        AnalyzerRun run = await AnalyzerRun.Of(Contract($"Task RunAsync([|{type}|] what);"));

        run.AssertReports(
            "DRPC104",
            DiagnosticSeverity.Error,
            "'Archive.Bytes', which 'RunAsync' sends, cannot travel with [BrotliFormatter], because MemoryPack reads more than it wrote when the array is null or empty; use [BrotliFormatter<byte[]>]");
        Assert.False(run.HasGenerated);
    }

    [Theory]
    [InlineData("System.IO.Stream", "Stream", Bytes)]
    [InlineData("List<object>", "object", Anything)]
    [InlineData("List<>", "List<>", "it is no type of a value")]
    [InlineData("void", "void", "it is no type of a value")]
    public async Task Fault_that_can_never_travel_is_an_error(string type, string culprit, string reason)
    {
        AnalyzerRun run = await AnalyzerRun.Of(Contract($"[DaemonRpc.Fault([|typeof({type})|])] Task RunAsync();"));

        run.AssertReports("DRPC101", DiagnosticSeverity.Error, $"'{culprit}' in 'RunAsync' cannot travel to or from a daemon, because {reason}");
    }

    [Fact]
    public async Task Progress_cannot_be_returned()
    {
        AnalyzerRun run = await AnalyzerRun.Of(Contract("[|Task<IProgress<int>>|] RunAsync();"));

        run.AssertReports("DRPC101", DiagnosticSeverity.Error, "'IProgress<int>' in 'RunAsync' cannot travel to or from a daemon, because only a parameter of its own gets reports");
    }

    [Theory]
    [InlineData("IProgress<int> first, IProgress<Packed?>? second = null, IProgress<(int, string?)>? third = null")]
    [InlineData("IProgress<List<IUnion>>? only")]
    [InlineData("IAsyncEnumerable<int> first, IAsyncEnumerable<Packed?>? second = null, IAsyncEnumerable<(int, string?)>? third = null")]
    [InlineData("IAsyncEnumerable<List<IUnion>> items, IProgress<int>? progress = null")]
    public async Task Progress_and_stream_parameters_are_fine(string parameters)
    {
        AnalyzerRun run = await AnalyzerRun.Of(Contract($"Task RunAsync({parameters}); IAsyncEnumerable<int> StreamAsync({parameters});"));

        Assert.Empty(run.Diagnostics);
        Assert.True(run.HasGenerated);
    }

    [Fact]
    public async Task Error_beside_a_warning_in_one_type_is_the_one_reported()
    {
        AnalyzerRun run = await AnalyzerRun.Of(Contract("Task RunAsync([|(Plain, object)|] what);"));

        run.AssertReports("DRPC101", DiagnosticSeverity.Error, $"'object' in 'RunAsync' cannot travel to or from a daemon, because {Anything}");
    }

    private static string Contract(string method) => $$"""
        #nullable enable
        using System;
        using System.Collections.Generic;
        using System.Threading;
        using System.Threading.Tasks;
        using MemoryPack;

        [DaemonRpc.DaemonRpc]
        public unsafe partial interface IContract
        {
            {{method}}
        }

        public class Plain;
        public struct Managed { public string Text; }
        public struct Unmanaged { public int Number; }
        public abstract class Figure;
        public interface IFigure;
        [MemoryPackable] public partial class Packed;
        [MemoryPackable, MemoryPackUnion(0, typeof(Member))] public partial interface IUnion;
        [MemoryPackable] public partial class Member : IUnion;
        [MemoryPackable] public partial class Holder { [MemoryPackInclude] private Dictionary<int, Hidden>? _all; [MemoryPackable] private partial class Hidden; }
        [MemoryPackable] public partial class Deep { public Holder? Holder { get; set; } }
        [MemoryPackable] public partial struct Archive { [BrotliFormatter] public byte[]? Bytes { get; set; } }
        [MemoryPackable] public partial class Shelf { public List<Archive> Archives = []; }
        [MemoryPackable] public partial class Sound { [BrotliFormatter<byte[]>] public byte[]? Bytes; [BrotliFormatter, MemoryPackIgnore] public byte[]? Ignored; }
        [MemoryPackable(GenerateType.NoGenerate)] public abstract partial class OwnFormatter;
        """;
}
