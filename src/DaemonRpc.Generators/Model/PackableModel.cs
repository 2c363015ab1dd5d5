namespace DaemonRpc.Generators.Model;

/// <summary>A <c>[MemoryPackable]</c> type that a contract sends, alone or within another type.</summary>
internal sealed record PackableModel
{
    public required string Type { get; init; }

    /// <summary>The type's nullable form, for a parameter that may be null.</summary>
    public required string NullableType { get; init; }

    /// <summary>The cases of a generic union; empty for any other type.</summary>
    public required EquatableArray<UnionCaseModel> Cases { get; init; }
}

/// <summary>One case of a generic union.</summary>
/// <param name="Tag">The number that identifies the case on the wire.</param>
/// <param name="Type">The case's closed type.</param>
internal sealed record UnionCaseModel(int Tag, string Type);
