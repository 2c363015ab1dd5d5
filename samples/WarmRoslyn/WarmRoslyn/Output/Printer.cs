using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using WarmRoslyn.Commands;
using WarmRoslyn.Contract;

namespace WarmRoslyn.Output;

/// <summary>Prints results, for people or as JSON.</summary>
internal sealed class Printer(bool isJson)
{
    /// <summary>How many results were printed.</summary>
    public int Count { get; private set; }

    public static Printer For(ParseResult arguments) => new(arguments.GetValue(CommandLine.Json));

    public void Print(CodeDiagnostic diagnostic, string sign = "") => Print(diagnostic, JsonTypes.Default.CodeDiagnostic, sign, Texts.Of);

    public void Print(CodeSymbol symbol) => Print(symbol, JsonTypes.Default.CodeSymbol, "", static symbol => $"{Place(symbol.Path, symbol.Line, symbol.Column)}: {symbol.Kind} {symbol.Name}");

    public void Print(CodeReference reference) => Print(reference, JsonTypes.Default.CodeReference, "", static reference =>
        $"{Place(reference.Path, reference.Line, reference.Column)}:{(reference.IsDeclaration ? " (declaration)" : "")} {reference.Text}");

    public void Print(FilePatch patch) => Print(patch, JsonTypes.Default.FilePatch, "", static patch =>
        $"--- a/{Texts.Short(patch.Path).TrimStart('/')}\n+++ b/{Texts.Short(patch.Path).TrimStart('/')}\n{patch.Hunks.TrimEnd('\n')}");

    public void PrintInOutline(CodeSymbol symbol) => Print(symbol, JsonTypes.Default.CodeSymbol, "", static symbol =>
        $"{symbol.Line.ToString(CultureInfo.InvariantCulture),5}  {new string(' ', symbol.Depth * 2)}{symbol.Kind} {symbol.Name}");

    private static string Place(string path, int line, int column) => string.Create(CultureInfo.InvariantCulture, $"{Texts.Short(path)}:{line}:{column}");

    private void Print<T>(T result, JsonTypeInfo<T> type, string sign, Func<T, string> text)
    {
        Count++;
        Progress.Hide();
        Console.WriteLine(sign + (isJson ? JsonSerializer.Serialize(result, type) : text(result)));
    }
}

/// <summary>How results become JSON without reflection, which the native program does not have.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(CodeDiagnostic))]
[JsonSerializable(typeof(CodeSymbol))]
[JsonSerializable(typeof(CodeReference))]
[JsonSerializable(typeof(FilePatch))]
internal sealed partial class JsonTypes : JsonSerializerContext;
