using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace DaemonRpc.Benchmarks.Generator;

/// <summary>A project with many contracts, each in a file of its own with the record that it sends, and one file without a contract.</summary>
internal static class ManyContracts
{
    public const int Contracts = 200;
    public const int Methods = 20;

    public static readonly CSharpParseOptions ParseOptions = new(LanguageVersion.CSharp14);

    private static readonly MetadataReference[] s_references =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Where(static path => Path.GetFileName(path) is var name && (name.StartsWith("System", StringComparison.Ordinal)
                || name is "netstandard.dll" or "DaemonRpc.Runtime.dll" or "MemoryPack.Core.dll"))
            .Select(static path => MetadataReference.CreateFromFile(path)),
    ];

    /// <summary>A project of which the compiler knows nothing yet but its syntax.</summary>
    public static CSharpCompilation Create() => CSharpCompilation.Create(
        "Acme.Many",
        [.. Enumerable.Range(0, Contracts).Select(static number => Parse(Contract(number), $"Contract{number}.cs")), Parse("internal enum Unrelated { One }", "Unrelated.cs")],
        s_references,
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));

    /// <summary>The project after an edit in one file.</summary>
    public static CSharpCompilation Edit(CSharpCompilation compilation, string file, string from, string to)
    {
        SyntaxTree before = compilation.SyntaxTrees.Single(tree => tree.FilePath == file);
        return compilation.ReplaceSyntaxTree(before, Parse(before.ToString().Replace(from, to, StringComparison.Ordinal), file));
    }

    private static SyntaxTree Parse(string text, string file) => CSharpSyntaxTree.ParseText(text, ParseOptions, file);

    private static string Contract(int number)
    {
        StringBuilder text = new($$"""
            using System.Collections.Generic;
            using System.Threading;
            using System.Threading.Tasks;
            using MemoryPack;

            namespace Acme.Many;

            [MemoryPackable]
            public partial record Entry{{number}}(string Name, int Count, List<string> Tags);

            [DaemonRpc.DaemonRpc("acme.many.{{number}}")]
            public partial interface IContract{{number}}
            {

            """);
        for (int method = 0; method < Methods; method++)
        {
            _ = text.Append(
                method % 4 == 3
                    ? $"    IAsyncEnumerable<Entry{number}> List{method}Async(string root, CancellationToken cancellationToken = default);\n"
                    : $"    Task<Entry{number}> Find{method}Async(string name, int count, List<Entry{number}>? known = null, CancellationToken cancellationToken = default);\n");
        }

        return text.Append("}\n").ToString();
    }
}
