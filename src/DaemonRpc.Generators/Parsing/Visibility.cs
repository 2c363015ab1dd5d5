using Microsoft.CodeAnalysis;

namespace DaemonRpc.Generators.Parsing;

/// <summary>Decides which types generated code can name.</summary>
internal static class Visibility
{
    /// <summary>Whether an assembly's code outside of a type and its containing types can name the type and all its parts.</summary>
    public static bool CanBeNamedIn(this ITypeSymbol type, IAssemblySymbol assembly)
    {
        for (INamedTypeSymbol? current = type as INamedTypeSymbol; current is not null; current = current.ContainingType)
        {
            if (current.IsFileLocal || !IsOpenTo(current, assembly))
            {
                return false;
            }
        }

        return type.Parts().All(part => part.CanBeNamedIn(assembly));
    }

    private static bool IsOpenTo(INamedTypeSymbol type, IAssemblySymbol assembly) => type.DeclaredAccessibility switch
    {
        Accessibility.Public => true,
        Accessibility.Internal or Accessibility.ProtectedOrInternal =>
            SymbolEqualityComparer.Default.Equals(type.ContainingAssembly, assembly) || type.ContainingAssembly.GivesAccessTo(assembly),
        _ => false,
    };
}
