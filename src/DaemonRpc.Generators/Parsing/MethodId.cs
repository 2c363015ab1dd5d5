using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.CodeAnalysis;

namespace DaemonRpc.Generators.Parsing;

/// <summary>Computes a method's id on the wire: the FNV-1a hash of its name and parameter types.</summary>
/// <remarks>
/// The hash leaves out the cancellation token, which does not travel, so adding a token to a method keeps its id. The hash
/// also leaves out nullable annotations and the names of tuple elements.
/// </remarks>
internal static class MethodId
{
    private static readonly SymbolDisplayFormat s_format = new(
        globalNamespaceStyle: SymbolDisplayGlobalNamespaceStyle.Omitted,
        typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypesAndNamespaces,
        genericsOptions: SymbolDisplayGenericsOptions.IncludeTypeParameters,
        miscellaneousOptions: SymbolDisplayMiscellaneousOptions.ExpandNullable | SymbolDisplayMiscellaneousOptions.ExpandValueTuple);

    // Each id is asked for several times. The entries live as long as their symbols.
    private static readonly ConditionalWeakTable<IMethodSymbol, StrongBox<uint>> s_ids = new();

    public static uint Of(IMethodSymbol method) => s_ids.GetValue(method, static method => new StrongBox<uint>(Compute(method))).Value;

    /// <summary>Returns the id that a method would have without its last arguments.</summary>
    /// <param name="method">The method.</param>
    /// <param name="arguments">The number of arguments that remain.</param>
    public static uint OfShorter(IMethodSymbol method, int arguments) => Compute(method, arguments);

    private static uint Compute(IMethodSymbol method, int arguments = int.MaxValue)
    {
        IEnumerable<string> types = method.Parameters
            .Where(static parameter => !parameter.IsCancellationToken())
            .Take(arguments)
            .Select(static parameter => parameter.Type.ToDisplayString(s_format));
        return Hash($"{method.Name}({string.Join(",", types)})");
    }

    internal static uint Hash(string text)
    {
        uint hash = 2166136261;
        foreach (byte value in Encoding.UTF8.GetBytes(text))
        {
            hash = unchecked((hash ^ value) * 16777619);
        }

        return hash;
    }
}
