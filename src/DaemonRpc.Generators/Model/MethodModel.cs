namespace DaemonRpc.Generators.Model;

/// <summary>One method of a contract. Type names are fully qualified source text.</summary>
internal sealed record MethodModel
{
    /// <summary>A hash of name and parameter types: what the method is called on the wire.</summary>
    public required uint Id { get; init; }

    public required string Name { get; init; }

    /// <summary>The name of the constant that holds the id. Overloads share a name and so cannot use it.</summary>
    public required string ConstantName { get; init; }

    public required ReplyShape Shape { get; init; }

    public required string ReturnType { get; init; }

    /// <summary>The T of <c>Task&lt;T&gt;</c>, <c>ValueTask&lt;T&gt;</c> or <c>IAsyncEnumerable&lt;T&gt;</c>, or null.</summary>
    public required string? ResultType { get; init; }

    public required EquatableArray<ParameterModel> Parameters { get; init; }

    /// <summary>Whether the client must hide the method behind the interface, because it needs the name itself.</summary>
    public required bool IsExplicit { get; init; }

    /// <summary>The <c>[Obsolete]</c> of the method, to be repeated on the client's, or null.</summary>
    public required string? ObsoleteAttribute { get; init; }
}
