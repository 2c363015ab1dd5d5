using DaemonRpc.Generators.Diagnostics;
using Microsoft.CodeAnalysis;

namespace DaemonRpc.Generators.Parsing;

/// <summary>The rules for types that travel between client and daemon.</summary>
internal static class TypeRules
{
    /// <summary>Returns the first problem of a type or its parts, errors before warnings, or null.</summary>
    /// <param name="type">The type.</param>
    /// <param name="method">The name of the method that mentions the type.</param>
    /// <param name="place">The interface that declares the method.</param>
    /// <param name="where">Returns where in the interface a problem is reported. Not called if there is none in an earlier mention of the type.</param>
    public static Diagnostic? Check(ITypeSymbol type, string method, MemberPlace place, Func<Location> where)
    {
        if (place.Faultless.Contains(type))
        {
            return null;
        }

        Location location = place.At(where());
        Diagnostic? worst = Worst(
        [
            CheckParts(type, method, location, place.Assembly),
            CheckSerialisers(type, method, location, place.Assembly),
            CheckDepth(type, method, location),
        ]);
        if (worst is null)
        {
            place.Faultless.Add(type);
        }

        return worst;
    }

    private static Diagnostic? CheckDepth(ITypeSymbol type, string method, Location location) => RecursiveTypes.Find(type) is { } recursive
        ? Diagnostic.Create(Descriptors.TypeContainsItself, location, SourceNames.Shown(recursive), method)
        : null;

    private static Diagnostic? CheckSerialisers(ITypeSymbol type, string method, Location location, IAssemblySymbol assembly)
    {
        FormatterRoots roots = new(assembly);
        roots.Add(type);
        roots.AddMembers();
        if (roots.Misread.FirstOrDefault() is { } misread)
        {
            return Diagnostic.Create(Descriptors.MemberIsMisread, location, $"{SourceNames.Shown(misread.ContainingType)}.{misread.Name}", method);
        }

        return roots.Unnamed.FirstOrDefault() is { } unnamed
            ? Diagnostic.Create(Descriptors.TypeCannotBeNamed, location, SourceNames.Shown(unnamed), method)
            : null;
    }

    private static Diagnostic? CheckParts(ITypeSymbol type, string method, Location location, IAssemblySymbol assembly)
    {
        if (WhyNever(type) is { } reason)
        {
            return Diagnostic.Create(Descriptors.TypeCannotTravel, location, SourceNames.Shown(type), method, reason);
        }

        return Worst(type.Parts().Select(part => CheckParts(part, method, location, assembly))) ?? (IsUnknown(type)
            ? Diagnostic.Create(Descriptors.TypeIsUnknown, location, SourceLocations.OfDeclaration(type, assembly), SourceNames.Shown(type), method)
            : null);
    }

    private static Diagnostic? Worst(IEnumerable<Diagnostic?> diagnostics) => diagnostics
        .Where(static diagnostic => diagnostic is not null)
        .OrderByDescending(static diagnostic => diagnostic!.Severity)
        .FirstOrDefault();

    /// <summary>Returns why no formatter can write a type, or null if one can.</summary>
    private static string? WhyNever(ITypeSymbol type) => type switch
    {
        { TypeKind: TypeKind.Error } => null,
        _ when type.IsCallback() => "only a parameter of its own is a callback",
        { TypeKind: TypeKind.Dynamic } or { SpecialType: SpecialType.System_Object } =>
            "the receiver would not know what to read; name the type",
        INamedTypeSymbol { IsUnboundGenericType: true } or { SpecialType: SpecialType.System_Void } =>
            "it is no type of a value",
        { TypeKind: TypeKind.Pointer or TypeKind.FunctionPointer } => "it points into the memory of one process",
        { TypeKind: TypeKind.Delegate } => "code stays in its process; send what it would work on",
        { IsRefLikeType: true } => "it lives on the stack; use an array or Memory<T>",
        IArrayTypeSymbol array when MemoryPackTypes.FormatterOf(array) is null => "MemoryPack writes arrays of at most four dimensions",
        INamedTypeSymbol named when MemoryPackTypes.FormatterOf(named) is null && !MemoryPackTypes.IsRegistered(type) =>
            WhyNever(named, KnownTypes.MetadataNameOf(type)),
        _ => null,
    };

    private static string? WhyNever(INamedTypeSymbol type, string name) => name switch
    {
        KnownTypes.CancellationToken =>
            "a token is only passed as a parameter of its own",
        KnownTypes.Task or KnownTypes.TaskOfT or KnownTypes.ValueTask or KnownTypes.ValueTaskOfT =>
            "work stays in its process; send its result",
        KnownTypes.AsyncEnumerable =>
            "only a parameter of its own, or what the method returns, is a stream; send a collection",
        KnownTypes.Progress =>
            "only a parameter of its own gets reports",
        "System.Progress`1" =>
            "the object stays with the caller; declare the parameter as IProgress<T>",
        KnownTypes.Stream =>
            "only a parameter of its own, or what the method returns, is a stream of bytes; send a byte[]",
        KnownTypes.DuplexPipe or KnownTypes.PipeReader or KnownTypes.PipeWriter =>
            "only a parameter of its own is a pipe; return a Stream",
        KnownTypes.File =>
            "only a parameter of its own is a file; return a Stream",
        _ when type.BaseType is { } parent && IsStream(parent) =>
            "the object stays with the caller; declare the parameter as Stream",
        _ when type.IsAbstract && !MemoryPackTypes.IsMarked(type) =>
            "the receiver would not know which class to make; add [MemoryPackable] and [MemoryPackUnion] to it, or name a class",
        _ => null,
    };

    private static bool IsStream(INamedTypeSymbol type) => type.Is(KnownTypes.Stream) || (type.BaseType is { } parent && IsStream(parent));

    /// <summary>Whether a type is neither marked as serialisable nor known to MemoryPack. The user may still register a formatter for it.</summary>
    private static bool IsUnknown(ITypeSymbol type) =>
        type is INamedTypeSymbol { TypeKind: not (TypeKind.Enum or TypeKind.Error), IsUnmanagedType: false } named
        && !MemoryPackTypes.IsRegistered(named)
        && MemoryPackTypes.FormatterOf(named) is null
        && !MemoryPackTypes.IsMarked(named);
}
