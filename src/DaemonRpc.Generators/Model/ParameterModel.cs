namespace DaemonRpc.Generators.Model;

/// <summary>A parameter of a contract method, as the client's method declares it.</summary>
internal sealed record ParameterModel
{
    public required string Type { get; init; }

    public required string Name { get; init; }

    /// <summary>The text before the type: <c>params</c>, or an attribute such as <c>[CallerMemberName]</c>.</summary>
    public required string Modifier { get; init; }

    /// <summary>The default value as source text, or null when the parameter is required.</summary>
    public required string? Default { get; init; }

    public required ParameterKind Kind { get; init; }

    /// <summary>The type of what travels or is called: the parameter's own, or the T of an <c>IProgress&lt;T&gt;</c> or <c>IAsyncEnumerable&lt;T&gt;</c>.</summary>
    public required string TravellingType { get; init; }

    /// <summary>The full name of the class with the generated code of a callback; null for any other parameter.</summary>
    public required string? Callback { get; init; }
}
