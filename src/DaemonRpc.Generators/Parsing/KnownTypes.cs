using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using DaemonRpc.Generators.Model;
using Microsoft.CodeAnalysis;

namespace DaemonRpc.Generators.Parsing;

/// <summary>The full metadata names of types that the generator knows, and helpers for type symbols.</summary>
internal static class KnownTypes
{
    public const string DaemonRpcAttribute = "DaemonRpc.DaemonRpcAttribute";
    public const string DaemonCallback = "DaemonRpc.DaemonCallbackAttribute";
    public const string Fault = "DaemonRpc.FaultAttribute";
    public const string CancellationToken = "System.Threading.CancellationToken";
    public const string Task = "System.Threading.Tasks.Task";
    public const string TaskOfT = "System.Threading.Tasks.Task`1";
    public const string ValueTask = "System.Threading.Tasks.ValueTask";
    public const string ValueTaskOfT = "System.Threading.Tasks.ValueTask`1";
    public const string AsyncEnumerable = "System.Collections.Generic.IAsyncEnumerable`1";
    public const string Progress = "System.IProgress`1";
    public const string File = "Microsoft.Win32.SafeHandles.SafeFileHandle";
    public const string Stream = "System.IO.Stream";
    public const string PipeReader = "System.IO.Pipelines.PipeReader";
    public const string PipeWriter = "System.IO.Pipelines.PipeWriter";
    public const string DuplexPipe = "System.IO.Pipelines.IDuplexPipe";
    public const string MemoryPackable = "MemoryPack.MemoryPackableAttribute";
    public const string MemoryPackUnion = "MemoryPack.MemoryPackUnionAttribute";
    public const string MemoryPackFormatterRegister = "MemoryPack.IMemoryPackFormatterRegister";

    private const int DeepestNesting = 12;

    // Each name is asked for many times. The entries live as long as their symbols.
    private static readonly ConditionalWeakTable<ITypeSymbol, string> s_names = new();

    // Without the @ before keywords: @ belongs to source text and is not allowed in file names.
    private static readonly SymbolDisplayFormat s_namespace = new(
        typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypesAndNamespaces);

    /// <summary>Whether a type has a full metadata name. Compares the last part first, so that few names are put together.</summary>
    public static bool Is(this ITypeSymbol type, string metadataName)
    {
        string last = type.MetadataName;
        int before = metadataName.Length - last.Length - 1;
        return metadataName.EndsWith(last, StringComparison.Ordinal)
            && (before < 0 || metadataName[before] is '.' or '+')
            && MetadataNameOf(type) == metadataName;
    }

    /// <summary>Whether a type is an interface, or inherits it.</summary>
    public static bool Inherits(this INamedTypeSymbol type, INamedTypeSymbol inherited) =>
        type.AllInterfaces.Prepend(type).Contains(inherited, SymbolEqualityComparer.IncludeNullability);

    public static bool IsCancellationToken(this IParameterSymbol parameter) => parameter.Type.Is(CancellationToken);

    /// <summary>Whether a type is an interface that callers implement.</summary>
    public static bool IsCallback(this ITypeSymbol type) => type.TypeKind == TypeKind.Interface && type.HasAttribute(DaemonCallback);

    public static ParameterKind KindOf(IParameterSymbol parameter) => KindOf(parameter.Type);

    private static ParameterKind KindOf(ITypeSymbol type) => MetadataNameOf(type) switch
    {
        CancellationToken => ParameterKind.CancellationToken,
        Progress => ParameterKind.Progress,
        AsyncEnumerable => ParameterKind.Stream,
        File => ParameterKind.File,
        Stream => ParameterKind.ByteStream,
        PipeReader => ParameterKind.PipeReader,
        PipeWriter => ParameterKind.PipeWriter,
        DuplexPipe => ParameterKind.DuplexPipe,
        _ => type.IsCallback() ? ParameterKind.Callback : ParameterKind.Value,
    };

    /// <summary>Whether a parameter is a file or stream that travels as a descriptor.</summary>
    public static bool IsDescriptor(this IParameterSymbol parameter) => parameter.Type.IsDescriptor();

    /// <summary>Whether a parameter of a type is a file or stream that travels as a descriptor.</summary>
    public static bool IsDescriptor(this ITypeSymbol type) => KindOf(type) >= ParameterKind.File;

    /// <summary>Returns the type of what travels for a parameter: its own, or the T of an <c>IProgress&lt;T&gt;</c> or <c>IAsyncEnumerable&lt;T&gt;</c>.</summary>
    public static ITypeSymbol TravellingType(this IParameterSymbol parameter) =>
        KindOf(parameter) is ParameterKind.Progress or ParameterKind.Stream ? ((INamedTypeSymbol)parameter.Type).TypeArguments[0] : parameter.Type;

    /// <summary>Returns a type's parts: an array's element type, or the type arguments.</summary>
    public static ImmutableArray<ITypeSymbol> Parts(this ITypeSymbol type) => type switch
    {
        IArrayTypeSymbol array => [array.ElementType],
        INamedTypeSymbol named => named.TypeArguments,
        _ => [],
    };

    /// <summary>Whether a type's arguments are nested deeper than anybody writes them. A generic record can mention itself with ever larger arguments.</summary>
    public static bool IsTooNested(this ITypeSymbol type) => NestingOf(type) > DeepestNesting;

    private static int NestingOf(ITypeSymbol type) => 1 + type.Parts().Select(NestingOf).DefaultIfEmpty().Max();

    public static bool HasAttribute(this ISymbol symbol, string metadataName) => symbol.FindAttribute(metadataName) is not null;

    public static AttributeData? FindAttribute(this ISymbol symbol, string metadataName) =>
        symbol.GetAttributes().FirstOrDefault(attribute => attribute.AttributeClass?.Is(metadataName) == true);

    /// <summary>Returns all types of a namespace, or in a type, also those that are nested.</summary>
    public static IEnumerable<INamedTypeSymbol> AllTypes(this INamespaceOrTypeSymbol outer) => outer.GetMembers().OfType<INamespaceOrTypeSymbol>()
        .SelectMany(static inner => inner is INamedTypeSymbol type ? type.AllTypes().Prepend(type) : inner.AllTypes());

    /// <summary>Returns a type's name with namespace and arity, without type arguments: <c>System.Collections.Generic.List`1</c>.</summary>
    public static string MetadataNameOf(ITypeSymbol type) => s_names.GetValue(type.OriginalDefinition, static definition => Name(definition));

    private static string Name(ITypeSymbol type)
    {
        string prefix = type switch
        {
            { ContainingType: { } outer } => MetadataNameOf(outer) + "+",
            { ContainingNamespace: { IsGlobalNamespace: false } space } => space.ToDisplayString(s_namespace) + ".",
            _ => "",
        };
        return prefix + type.MetadataName;
    }
}
