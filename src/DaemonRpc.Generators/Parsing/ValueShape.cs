using System.Globalization;
using Microsoft.CodeAnalysis;

namespace DaemonRpc.Generators.Parsing;

/// <summary>The shapes of types whose members do not matter, in the notation of the runtime's <c>ValueShapeReader</c>.</summary>
internal static class ValueShape
{
    public const char Reference = '#';

    /// <summary>The shape of an unknown value. Neither this value nor the rest of the argument is checked.</summary>
    public const string Unguarded = "*";

    /// <summary>The shape of a member that no longer exists.</summary>
    public const string Gap = "_";

    private static readonly Dictionary<string, string> s_known = new()
    {
        ["System.SByte"] = "1",
        ["System.Byte"] = "1",
        ["System.Int16"] = "2",
        ["System.UInt16"] = "2",
        ["System.Char"] = "2",
        ["System.Half"] = "2",
        ["System.Int32"] = "4",
        ["System.UInt32"] = "4",
        ["System.Single"] = "4",
        ["System.Int64"] = "8",
        ["System.UInt64"] = "8",
        ["System.Double"] = "8",
        ["System.TimeSpan"] = "8",
        ["System.Guid"] = "16",
        ["System.Boolean"] = "bool",
        ["System.DateTime"] = "DateTime",
        ["System.DateTimeOffset"] = "DateTimeOffset",
        ["System.DateOnly"] = "DateOnly",
        ["System.TimeOnly"] = "TimeOnly",
        ["System.Decimal"] = "decimal",
        ["System.Text.Rune"] = "Rune",
        ["System.String"] = "string",
        ["System.Uri"] = "string",
        ["System.Type"] = "string",
        ["System.TimeZoneInfo"] = "string",
        ["System.Globalization.CultureInfo"] = "string",
        ["System.Text.StringBuilder"] = "[ 2",
        ["System.Numerics.BigInteger"] = "[ 1",
        ["System.Version"] = "{ 4 4 4 4 }",
        ["System.Collections.BitArray"] = "bits",
    };

    /// <summary>Returns the shape of a framework type, or null.</summary>
    public static string? OfKnown(ITypeSymbol type) => type is INamedTypeSymbol { EnumUnderlyingType: { } number }
        ? OfKnown(number)
        : s_known.TryGetValue(KnownTypes.MetadataNameOf(type), out string? shape) ? shape : null;

    /// <summary>Returns the shape of a nullable structure, or null if only the runtime knows the structure's size.</summary>
    /// <param name="value">The structure.</param>
    /// <param name="shape">The structure's shape.</param>
    public static string? NullableOf(ITypeSymbol value, string shape)
    {
        if (char.IsLetter(shape[0]))
        {
            return shape + "?";
        }

        // Numbers are aligned to their size, so a nullable number takes twice the size of the number.
        bool isNumber = value.SpecialType is not SpecialType.None || value.TypeKind == TypeKind.Enum;
        return isNumber && int.TryParse(shape, NumberStyles.None, CultureInfo.InvariantCulture, out int size)
            ? "?" + (2 * size).ToString(CultureInfo.InvariantCulture)
            : null;
    }

    /// <summary>Returns the value type of a nullable structure, or null if the type is no nullable structure.</summary>
    public static ITypeSymbol? NullableValue(this ITypeSymbol type) =>
        type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } named ? named.TypeArguments[0] : null;
}
