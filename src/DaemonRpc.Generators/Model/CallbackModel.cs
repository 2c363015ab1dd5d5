namespace DaemonRpc.Generators.Model;

/// <summary>An interface that callers of a contract implement, and that the contract's daemon calls.</summary>
internal sealed record CallbackModel
{
    /// <summary>The name of the class with the generated code.</summary>
    public required string Name { get; init; }

    /// <summary>The interface, as fully qualified source text.</summary>
    public required string Interface { get; init; }

    /// <summary>The interface's name in texts for people.</summary>
    public required string ShownName { get; init; }

    public required EquatableArray<MethodModel> Methods { get; init; }
}
