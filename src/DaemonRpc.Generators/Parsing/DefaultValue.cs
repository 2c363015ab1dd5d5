using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace DaemonRpc.Generators.Parsing;

/// <summary>Writes a parameter's default value as source text.</summary>
internal static class DefaultValue
{
    /// <summary>Returns for each of a method's parameters the text after the equals sign, or null if calls must give the argument.</summary>
    /// <remarks>In C#, no required parameter follows one with a default value. Other languages, and attributes, allow it.</remarks>
    public static string?[] OfAll(IReadOnlyList<IParameterSymbol> parameters)
    {
        string?[] texts = new string?[parameters.Count];
        for (int index = parameters.Count - 1; index >= 0; index--)
        {
            texts[index] = Of(parameters[index]);
            if (texts[index] is null && !parameters[index].IsParams)
            {
                break;
            }
        }

        return texts;
    }

    /// <summary>Returns the text after the equals sign, or null if the parameter is required.</summary>
    public static string? Of(IParameterSymbol parameter)
    {
        // The value of a token is never in doubt. The compiler would bind and analyse the expression to know it.
        if (parameter.IsCancellationToken())
        {
            return parameter.IsOptional ? "default" : null;
        }

        if (!parameter.HasExplicitDefaultValue)
        {
            return null;
        }

        ITypeSymbol type = parameter.Type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable
            ? nullable.TypeArguments[0]
            : parameter.Type;
        return parameter.ExplicitDefaultValue switch
        {
            null => Nothing(parameter.Type),

            // C# has no such constants, but attributes and other languages do.
            DateTime => null,
            object value when type.TypeKind == TypeKind.Enum => EnumMember((INamedTypeSymbol)type, value),
            object value => Literal(value),
        };
    }

    private static string Nothing(ITypeSymbol type) => type switch
    {
        { IsReferenceType: true, NullableAnnotation: NullableAnnotation.Annotated } => "null",

        // A contract without nullable annotations may use null as a default. Generated code is annotated, so it needs the exclamation mark.
        { IsReferenceType: true } => "null!",
        { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } => "null",
        _ => "default",
    };

    private static string EnumMember(INamedTypeSymbol type, object value)
    {
        IFieldSymbol? member = type.GetMembers().OfType<IFieldSymbol>().FirstOrDefault(field => Equals(field.ConstantValue, value));
        string literal = Literal(value);
        return member is not null ? $"{SourceNames.Plain(type)}.{SourceNames.Identifier(member.Name)}"
            : literal[0] == '-' ? $"({SourceNames.Plain(type)})({literal})"
            : $"({SourceNames.Plain(type)}){literal}";
    }

    private static string Literal(object value) => value switch
    {
        string text => SourceNames.Literal(text),
        char character => SymbolDisplay.FormatLiteral(character, quote: true),
        bool boolean => boolean ? "true" : "false",
        float number => Real(number, "float", "F"),
        double number => Real(number, "double", "D"),
        decimal number => number.ToString(CultureInfo.InvariantCulture) + "M",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => "default",
    };

    private static string Real<T>(T value, string type, string suffix)
        where T : struct, IFormattable
    {
        double number = Convert.ToDouble(value, CultureInfo.InvariantCulture);
        return number switch
        {
            double.NaN => $"{type}.NaN",
            double.PositiveInfinity => $"{type}.PositiveInfinity",
            double.NegativeInfinity => $"{type}.NegativeInfinity",

            // An IDE's compiler may run on the .NET Framework, which formats -0 without its sign.
            0 when BitConverter.DoubleToInt64Bits(number) != 0 => "-0" + suffix,
            _ => value.ToString("R", CultureInfo.InvariantCulture) + suffix,
        };
    }
}
