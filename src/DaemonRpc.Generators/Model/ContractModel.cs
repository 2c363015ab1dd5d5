namespace DaemonRpc.Generators.Model;

/// <summary>A contract as the emitters see it.</summary>
internal sealed record ContractModel
{
    public required ContractIdentity Identity { get; init; }

    /// <summary>What finds the daemon, as a string literal.</summary>
    public required string IdLiteral { get; init; }

    public required EquatableArray<MethodModel> Methods { get; init; }

    /// <summary>The <c>[MemoryPackable]</c> types that the signatures mention.</summary>
    public required EquatableArray<string> Packables { get; init; }

    /// <summary>The closed MemoryPack formatters of the collections, tuples and the like that the signatures mention.</summary>
    public required EquatableArray<string> Formatters { get; init; }

    /// <summary>The closed formatters of what the members of the packable types are made of.</summary>
    public required EquatableArray<string> MemberFormatters { get; init; }

    /// <summary>Every packable type that the contract sends, alone or within something else, whose serialiser is called by code that knows the type.</summary>
    public required EquatableArray<PackableModel> ExactPackables { get; init; }

    /// <summary>What the values of the signatures look like in bytes.</summary>
    public required ValueShapesModel Shapes { get; init; }

    /// <summary>The warnings that mere use of the contract raises, because it is or mentions something obsolete.</summary>
    public required EquatableArray<string> SuppressedWarnings { get; init; }
}
