using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DaemonRpc.Runtime.Tests.Architecture;

/// <summary>Which source file uses which other, as the compiler sees it: every type, member and inferred type.</summary>
internal sealed class SourceGraph
{
    private readonly Dictionary<string, SortedDictionary<string, string>> _uses = [];

    /// <param name="files">The files of one project, with what the SDK adds to them.</param>
    /// <param name="references">The paths of the assemblies that it refers to.</param>
    public SourceGraph(IEnumerable<SourceFile> files, IEnumerable<string> references)
    {
        SyntaxTree[] trees = [.. files.Select(static file => CSharpSyntaxTree.ParseText(file.Text, new CSharpParseOptions(LanguageVersion.Preview), file.Path))];
        var compilation = CSharpCompilation.Create(
            "DaemonRpc.Runtime",
            trees,
            references.Select(static path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable));
        foreach (SyntaxTree tree in trees)
        {
            SemanticModel model = compilation.GetSemanticModel(tree);
            SortedDictionary<string, string> uses = _uses[tree.FilePath] = new(StringComparer.Ordinal);
            foreach (SyntaxNode node in tree.GetRoot().DescendantNodes())
            {
                if (node is ExpressionSyntax or ConstructorInitializerSyntax or VariableDeclaratorSyntax or ForEachStatementSyntax)
                {
                    Look(model, node, uses);
                }
            }
        }
    }

    /// <summary>The files, and of each the files that it uses with what it uses them for.</summary>
    public IReadOnlyDictionary<string, SortedDictionary<string, string>> Uses => _uses;

    private static void Look(SemanticModel model, SyntaxNode node, SortedDictionary<string, string> uses)
    {
        SymbolInfo info = model.GetSymbolInfo(node);
        Add(info.Symbol, uses);
        foreach (ISymbol candidate in info.CandidateSymbols)
        {
            Add(candidate, uses);
        }

        TypeInfo type = model.GetTypeInfo(node);
        Add(type.Type, uses);
        Add(type.ConvertedType, uses);
        if (node is VariableDeclaratorSyntax && model.GetDeclaredSymbol(node) is ILocalSymbol local)
        {
            Add(local.Type, uses);
        }
    }

    private static void Add(ISymbol? symbol, SortedDictionary<string, string> uses)
    {
        switch (symbol)
        {
            case null or INamespaceSymbol:
                return;
            case IArrayTypeSymbol array:
                Add(array.ElementType, uses);
                return;
            case IPointerTypeSymbol pointer:
                Add(pointer.PointedAtType, uses);
                return;
            case INamedTypeSymbol type:
                foreach (ITypeSymbol argument in type.TypeArguments)
                {
                    if (!SymbolEqualityComparer.Default.Equals(argument, type))
                    {
                        Add(argument, uses);
                    }
                }

                foreach (SyntaxReference declaration in type.OriginalDefinition.DeclaringSyntaxReferences)
                {
                    _ = uses.TryAdd(declaration.SyntaxTree.FilePath, type.Name);
                }

                return;
            case IMethodSymbol method:
                Add(method.ReducedFrom?.ContainingType ?? method.ContainingType, uses);
                Add(method.ReturnType, uses);
                return;
            case IPropertySymbol or IFieldSymbol or IEventSymbol:
                Add(symbol.ContainingType, uses);
                return;
        }
    }
}
