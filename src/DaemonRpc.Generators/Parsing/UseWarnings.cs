using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace DaemonRpc.Generators.Parsing;

/// <summary>Finds the warnings that generated code would raise because it mentions the contract's types.</summary>
internal static class UseWarnings
{
    private const string Obsolete = "System.ObsoleteAttribute";
    private const string Experimental = "System.Diagnostics.CodeAnalysis.ExperimentalAttribute";

    /// <summary>Returns the codes of the warnings, sorted.</summary>
    /// <param name="contract">The contract.</param>
    /// <param name="methods">The contract's methods.</param>
    /// <param name="serialised">The types whose serialisers generated code names, down to the members of records.</param>
    public static IEnumerable<string> Of(INamedTypeSymbol contract, IEnumerable<IMethodSymbol> methods, IEnumerable<ITypeSymbol> serialised)
    {
        SortedSet<string> codes = new(StringComparer.Ordinal);
        AddCodes(contract, codes);
        foreach (IMethodSymbol method in methods)
        {
            AddCodes(method, codes);
            AddCodes(method.ContainingType, codes);
            AddCodes(method.ReturnType, codes);
            foreach (IParameterSymbol parameter in method.Parameters)
            {
                AddCodes(parameter.Type, codes);
            }
        }

        foreach (ITypeSymbol type in serialised)
        {
            AddCodes(type, codes);
        }

        return codes;
    }

    /// <summary>Returns a method's <c>[Obsolete]</c> attribute as source text, or null.</summary>
    public static string? ObsoleteAttributeOf(IMethodSymbol method)
    {
        if (method.FindAttribute(Obsolete) is not { } attribute)
        {
            return null;
        }

        IEnumerable<string> arguments = attribute.ConstructorArguments.Select(static argument => argument.ToCSharpString())
            .Concat(attribute.NamedArguments.Select(static named => $"{named.Key} = {named.Value.ToCSharpString()}"));
        string list = string.Join(", ", arguments);
        return list.Length == 0 ? "[global::System.Obsolete]" : $"[global::System.Obsolete({list})]";
    }

    private static void AddCodes(ITypeSymbol type, SortedSet<string> codes)
    {
        AddCodes((ISymbol)type.OriginalDefinition, codes);
        foreach (ITypeSymbol part in type.Parts())
        {
            AddCodes(part, codes);
        }
    }

    private static void AddCodes(ISymbol symbol, SortedSet<string> codes)
    {
        if (symbol.FindAttribute(Obsolete) is { } obsolete)
        {
            codes.Add(NamedArgument(obsolete, "DiagnosticId") ?? (obsolete.ConstructorArguments.IsEmpty ? "CS0612" : "CS0618"));
        }

        if (symbol.FindAttribute(Experimental)?.ConstructorArguments.FirstOrDefault().Value is string code)
        {
            codes.Add(code);
        }

        if (symbol.ContainingType is { } outer)
        {
            AddCodes((ISymbol)outer, codes);
        }
    }

    private static string? NamedArgument(AttributeData attribute, string name) =>
        attribute.NamedArguments.FirstOrDefault(argument => argument.Key == name).Value.Value as string;
}
