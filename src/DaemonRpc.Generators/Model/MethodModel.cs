namespace DaemonRpc.Generators.Model;

/// <summary>One method of a contract. Type names are fully qualified source text.</summary>
internal sealed record MethodModel
{
    /// <summary>The method's id on the wire: a hash of its name and parameter types.</summary>
    public required uint Id { get; init; }

    public required string Name { get; init; }

    /// <summary>The name of the constant that holds the id. It differs from the method's name if there are overloads.</summary>
    public required string ConstantName { get; init; }

    public required ReplyShape Shape { get; init; }

    public required string ReturnType { get; init; }

    /// <summary>The T of <c>Task&lt;T&gt;</c>, <c>ValueTask&lt;T&gt;</c> or <c>IAsyncEnumerable&lt;T&gt;</c>; null if the method returns no value.</summary>
    public required string? ResultType { get; init; }

    public required EquatableArray<ParameterModel> Parameters { get; init; }

    /// <summary>Whether the method takes or returns a file or a stream of bytes.</summary>
    public bool PassesDescriptors =>
        Shape >= ReplyShape.TaskOfByteStream || Parameters.Any(static parameter => parameter.Kind >= ParameterKind.File);

    /// <summary>The types of the faults that the method declares.</summary>
    public required EquatableArray<string> Faults { get; init; }

    /// <summary>Whether the client implements the method explicitly, because the client already has a member of the method's name.</summary>
    public required bool IsExplicit { get; init; }

    /// <summary>The interfaces that declare the method; the first is the one through which the daemon calls it.</summary>
    public required EquatableArray<string> Interfaces { get; init; }

    /// <summary>Whether the daemon must name the first of the interfaces in its call, because the contract has other members of the method's name.</summary>
    public required bool IsShadowed { get; init; }

    /// <summary>The method's <c>[Obsolete]</c> attribute, which the client's method repeats, or null.</summary>
    public required string? ObsoleteAttribute { get; init; }
}
