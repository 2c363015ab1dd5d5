using Microsoft.CodeAnalysis;

namespace DaemonRpc.Generators.Parsing;

/// <summary>How values of a type are sent, as text. Two builds send values alike if the texts of their type, and of all its parts, are equal.</summary>
/// <param name="name">The type's name.</param>
/// <param name="symbol">The type.</param>
internal sealed class WireType(string name, ITypeSymbol symbol)
{
    public string Name => name;

    public ITypeSymbol Symbol => symbol;

    /// <summary>The type's own members; null if the name and the parts say everything.</summary>
    public string? Line { get; set; }

    /// <summary>The types of its members, elements and cases.</summary>
    public IReadOnlyList<WireType> Parts { get; set; } = [];

    /// <summary>Whether code that the generator cannot see writes its bytes. Then nobody knows whether two builds send it alike.</summary>
    public bool IsUnknown { get; set; }
}
