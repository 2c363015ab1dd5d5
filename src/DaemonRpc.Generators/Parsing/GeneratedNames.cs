using DaemonRpc.Generators.Diagnostics;
using DaemonRpc.Generators.Emission;
using DaemonRpc.Generators.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DaemonRpc.Generators.Parsing;

/// <summary>Checks that the names of a contract's generated types are free in its namespace.</summary>
internal static class GeneratedNames
{
    private const string GeneratedCode = "System.CodeDom.Compiler.GeneratedCodeAttribute";

    public static IEnumerable<Diagnostic> Check(INamedTypeSymbol contract)
    {
        ContractIdentity names = ContractParser.IdentityOf(contract);
        bool hasCallbacks = ContractMethods.Of(contract).Any(static method => method.Symbol.Parameters.Any(static parameter => parameter.Type.IsCallback()));
        return new[] { names.Client, names.Daemon, names.Dispatcher, names.Callbacks }
            .Where(name => name != names.Callbacks || hasCallbacks)
            .Where(name => contract.ContainingNamespace.GetMembers(name).Any(other => Excludes(other, isPartial: name == names.Daemon)))
            .Take(1)
            .Select(name => Diagnostic.Create(Descriptors.GeneratedNamesMustBeUnique, contract.Locations[0], contract.Name, name, "is already declared in this project"));
    }

    /// <summary>Whether our generator has written a type. The analyzer sees these types; the generator does not.</summary>
    public static bool IsOurs(INamedTypeSymbol type) =>
        type.FindAttribute(GeneratedCode)?.ConstructorArguments.FirstOrDefault().Value is FileHeader.Tool;

    /// <summary>Whether another type or a namespace of the same name prevents a type from being generated.</summary>
    private static bool Excludes(INamespaceOrTypeSymbol other, bool isPartial) =>
        other is not INamedTypeSymbol type
        || (type is { Arity: 0, IsFileLocal: false } && !IsOurs(type) && !(isPartial && IsPartialClass(type)));

    private static bool IsPartialClass(INamedTypeSymbol type) => type.DeclaringSyntaxReferences.All(static reference =>
        reference.GetSyntax() is ClassDeclarationSyntax declaration && declaration.Modifiers.Any(SyntaxKind.PartialKeyword));
}
