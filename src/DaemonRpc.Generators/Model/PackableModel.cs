namespace DaemonRpc.Generators.Model;

/// <summary>A <c>[MemoryPackable]</c> type that a contract sends, alone or within something else.</summary>
internal sealed record PackableModel
{
    public required string Type { get; init; }

    /// <summary>The type as a parameter that may be null.</summary>
    public required string NullableType { get; init; }

    /// <summary>The cases of a generic union; empty for any other type.</summary>
    public required EquatableArray<UnionCaseModel> Cases { get; init; }
}

/// <summary>One case of a generic union.</summary>
/// <param name="Tag">What stands for it on the wire.</param>
/// <param name="Type">Its type, closed.</param>
internal sealed record UnionCaseModel(int Tag, string Type);
