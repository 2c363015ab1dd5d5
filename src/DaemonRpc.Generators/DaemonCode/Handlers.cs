using DaemonRpc.Generators.Parsing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DaemonRpc.Generators.DaemonCode;

/// <summary>Finds the types that implement contracts in a daemon, and their members that a daemon calls.</summary>
internal static class Handlers
{
    /// <summary>Returns a compilation's handlers, in the order of its sources.</summary>
    public static IEnumerable<INamedTypeSymbol> In(Compilation compilation)
    {
        List<SyntaxTree> trees = [.. compilation.SyntaxTrees];
        return compilation.Assembly.GlobalNamespace.AllTypes()
            .Where(static type => ContractsOf(type).Any())
            .OrderBy(type => trees.IndexOf(type.DeclaringSyntaxReferences[0].SyntaxTree))
            .ThenBy(static type => type.DeclaringSyntaxReferences[0].Span.Start);
    }

    /// <summary>Returns the contracts of which a type is a handler. A client is no handler, and neither is a type that passes calls on to a client.</summary>
    public static IEnumerable<INamedTypeSymbol> ContractsOf(INamedTypeSymbol type) =>
        type.TypeKind is TypeKind.Class or TypeKind.Struct && !type.AllInterfaces.IsEmpty && !GeneratedNames.IsOurs(type)
            ? type.AllInterfaces.Where(contract => contract.HasAttribute(KnownTypes.DaemonRpcAttribute) && !PassesOn(type, contract))
            : [];

    /// <summary>Returns the methods that implement a contract in a handler.</summary>
    public static IEnumerable<IMethodSymbol> ContractMethodsOf(INamedTypeSymbol handler) => ContractsOf(handler)
        .SelectMany(static contract => ContractMethods.Of(contract))
        .Select(method => handler.FindImplementationForInterfaceMember(method.Symbol))
        .OfType<IMethodSymbol>();

    /// <summary>Returns the other members that a daemon runs: constructors, disposal, and the initialisers of fields and properties.</summary>
    public static IEnumerable<ISymbol> OtherMembersOf(INamedTypeSymbol handler) =>
        handler.InstanceConstructors
            .Concat(handler.AllInterfaces
                .Where(static type => type.SpecialType == SpecialType.System_IDisposable || type.Is(ContractMethods.AsyncDisposable))
                .SelectMany(static type => type.GetMembers())
                .Select(member => handler.FindImplementationForInterfaceMember(member))
                .OfType<ISymbol>())
            .Concat(handler.GetMembers().Where(HasInitialiser));

    /// <summary>Returns the name of a handler's member for people.</summary>
    public static string NameOf(ISymbol member) => member switch
    {
        IMethodSymbol { MethodKind: MethodKind.Constructor } => $"new {member.ContainingType.Name}",
        IMethodSymbol { ExplicitInterfaceImplementations: { IsEmpty: false } declarations } => $"{member.ContainingType.Name}.{declarations[0].Name}",
        _ => $"{member.ContainingType.Name}.{member.Name}",
    };

    /// <summary>Whether a field or property is declared with a value.</summary>
    public static bool HasInitialiser(ISymbol member) =>
        member is IFieldSymbol { IsConst: false } or IPropertySymbol
        && member.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax()
            is VariableDeclaratorSyntax { Initializer: not null } or PropertyDeclarationSyntax { Initializer: not null };

    private static bool PassesOn(INamedTypeSymbol type, INamedTypeSymbol contract) => type.GetMembers()
        .SelectMany(static member => member switch
        {
            IFieldSymbol { IsStatic: false } field => [field.Type],
            IMethodSymbol { MethodKind: MethodKind.Constructor } constructor => constructor.Parameters.Select(static parameter => parameter.Type),
            _ => Enumerable.Empty<ITypeSymbol>(),
        })
        .Any(other => !SymbolEqualityComparer.Default.Equals(other, type) && Implements(other, contract));

    private static bool Implements(ITypeSymbol type, INamedTypeSymbol contract) =>
        SymbolEqualityComparer.Default.Equals(type, contract) || type.AllInterfaces.Contains(contract, SymbolEqualityComparer.Default);
}
