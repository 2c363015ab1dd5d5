using System.Text.RegularExpressions;

namespace DaemonRpc.BuildTasks.Tests.Shapes;

/// <summary>The source of a program that a seed chooses: a library of records, a library with their contract, and an executable with another.</summary>
internal sealed partial class ShapeSource
{
    private readonly ShapeCode _code = new();
    private readonly ContractSource _shapes;
    private readonly ContractSource _inner;
    private readonly IReadOnlyList<Shape> _innerTypes;
    private readonly IReadOnlyList<Shape> _types;

    public ShapeSource(int seed)
    {
        var random = new Random(seed);
        var grammar = new ShapeGrammar(random);
        _types = grammar.Declare("", ofEach: 2);
        _shapes = new ContractSource("Shapes", random, grammar.Everything());
        _innerTypes = grammar.Declare("Inner", ofEach: 1);
        _inner = new ContractSource("Inner", random, [.. _innerTypes, .. Enumerable.Range(0, 20).Select(_ => grammar.Any(3))]);
    }

    public string Records => $"""
        {LeafShapes.Declarations}
        {GenericKinds.Declarations}
        {Declared(_types)}
        """;

    public string Contract => _shapes.Interface("public");

    public static string Program => $$"""
        using DaemonRpc;

        MemoryPackFormatterProvider.Register(new OwnFormatter());
        MemoryPackFormatterProvider.Register(new InnerOwnFormatter());
        if (ShapesDaemon.IsRequested)
        {
            return await ShapesDaemon.RunAsync(_ => new ShapesHandler());
        }

        if (InnerDaemon.IsRequested)
        {
            return await InnerDaemon.RunAsync(_ => new InnerHandler());
        }

        await using ShapesClient shapes = await ShapesClient.ConnectAsync();
        await using InnerClient inner = await InnerClient.ConnectAsync();
        var rounds = new Rounds(
            [.. ShapesCalls.To(shapes), .. InnerCalls.To(inner)],
            [(how, mark) => shapes.CollectAsync(how, mark), (how, mark) => inner.CollectAsync(how, mark)],
            args[0],
            int.Parse(args[1], CultureInfo.InvariantCulture),
            File.ReadAllLines(args[2]));
        return await rounds.RunAsync(args[3..]);
        """;

    public string Inner => $"""
        {Internal(Declared(_innerTypes))}
        {_inner.Interface("internal")}
        """;

    /// <summary>Handlers, calls and the methods that make and show values.</summary>
    public string Ends()
    {
        string handlers = $"{_shapes.Handler(_code)}\n{_inner.Handler(_code)}\n";
        return handlers + _code.Write();
    }

    public string Summary => $"{_types.Count + _innerTypes.Count} types of the user, {_code.Count} types in all, {_shapes.Signatures.Count() + _inner.Signatures.Count()} methods";

    private static string Declared(IEnumerable<Shape> types) =>
        string.Join("\n", types.SelectMany(WithOthers).Select(shape => shape.Named(shape.Declaration!)));

    // A type may be declared with another that only it uses.
    private static IEnumerable<Shape> WithOthers(Shape type) =>
        [type, .. type.Parts.Where(part => part.Declaration is not null && part != type && part.Parts.Contains(type))];

    private static string Internal(string declarations) => AtTop().Replace(declarations, "$1internal ");

    [GeneratedRegex(@"^(\[MemoryPackable.*?\] )?public ", RegexOptions.Multiline)]
    private static partial Regex AtTop();
}
