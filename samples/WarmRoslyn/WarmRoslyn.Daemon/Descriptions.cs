using System.Globalization;
using Microsoft.CodeAnalysis;
using WarmRoslyn.Contract;

namespace WarmRoslyn;

/// <summary>Turns what the compiler knows into what travels to the client.</summary>
internal static class Descriptions
{
    /// <summary>Such as <c>Acme.Json.Parse(string text)</c>.</summary>
    private static readonly SymbolDisplayFormat s_name = SymbolDisplayFormat.CSharpErrorMessageFormat
        .WithParameterOptions(SymbolDisplayParameterOptions.IncludeType | SymbolDisplayParameterOptions.IncludeName | SymbolDisplayParameterOptions.IncludeParamsRefOut)
        .WithMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.UseSpecialTypes | SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    public static CodeDiagnostic Of(Project project, Diagnostic diagnostic)
    {
        FileLinePositionSpan span = diagnostic.Location.GetMappedLineSpan();
        bool isInFile = diagnostic.Location.Kind is LocationKind.SourceFile or LocationKind.ExternalFile && span.Path.Length > 0;
        return new CodeDiagnostic(
            project.Name,
            isInFile ? span.Path : null,
            isInFile ? span.StartLinePosition.Line + 1 : 0,
            isInFile ? span.StartLinePosition.Character + 1 : 0,
            (Severity)diagnostic.Severity,
            diagnostic.Id,
            diagnostic.GetMessage(CultureInfo.InvariantCulture));
    }

    /// <summary>What the command-line compiler says of a source file that does not exist.</summary>
    public static CodeDiagnostic OfMissing(Project project, string file) =>
        new(project.Name, null, 0, 0, Severity.Error, "CS2001", $"Source file '{file}' could not be found.");

    /// <summary>Each place where a symbol is declared.</summary>
    public static IEnumerable<CodeSymbol> Of(ISymbol symbol) => symbol.Locations.Where(location => location.IsInSource).Select(location => Of(symbol, location));

    public static CodeSymbol Of(ISymbol symbol, Location location, int depth = 0)
    {
        FileLinePositionSpan span = location.GetLineSpan();
        return new CodeSymbol(KindOf(symbol), NameOf(symbol), span.Path, span.StartLinePosition.Line + 1, span.StartLinePosition.Character + 1, depth);
    }

    public static string NameOf(ISymbol symbol) => symbol.ToDisplayString(s_name);

    private static string KindOf(ISymbol symbol) => symbol switch
    {
        INamedTypeSymbol { IsRecord: true, TypeKind: TypeKind.Struct } => "record struct",
        INamedTypeSymbol { IsRecord: true } => "record",
        INamedTypeSymbol type => type.TypeKind.ToString().ToLowerInvariant(),
        IMethodSymbol { MethodKind: MethodKind.Constructor or MethodKind.StaticConstructor } => "constructor",
        IMethodSymbol { MethodKind: MethodKind.UserDefinedOperator or MethodKind.Conversion } => "operator",
        IFieldSymbol { ContainingType.TypeKind: TypeKind.Enum } or IFieldSymbol { IsConst: true } => "constant",
        IPropertySymbol { IsIndexer: true } => "indexer",
        _ => symbol.Kind.ToString().ToLowerInvariant(),
    };
}
