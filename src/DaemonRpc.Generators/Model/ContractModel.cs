namespace DaemonRpc.Generators.Model;

/// <summary>Everything that the emitters know about a contract.</summary>
internal sealed record ContractModel
{
    public required ContractIdentity Identity { get; init; }

    /// <summary>The contract's id, as a string literal.</summary>
    public required string IdLiteral { get; init; }

    public required EquatableArray<MethodModel> Methods { get; init; }

    /// <summary>The callbacks that the methods take, each once.</summary>
    public required EquatableArray<CallbackModel> Callbacks { get; init; }

    /// <summary>The <c>[MemoryPackable]</c> types that the signatures mention.</summary>
    public required EquatableArray<string> Packables { get; init; }

    /// <summary>The closed MemoryPack formatters of the generic types and arrays that the signatures mention.</summary>
    public required EquatableArray<string> Formatters { get; init; }

    /// <summary>The closed MemoryPack formatters of the types of the packable types' members.</summary>
    public required EquatableArray<string> MemberFormatters { get; init; }

    /// <summary>The packable types that the contract sends, alone or within others, and that need generated code which calls their serialisers.</summary>
    public required EquatableArray<PackableModel> ExactPackables { get; init; }

    /// <summary>The packable structures whose registered serialiser must copy their bytes.</summary>
    public required EquatableArray<string> CopiedPackables { get; init; }

    /// <summary>How the values of the signatures look in MemoryPack's bytes.</summary>
    public required ValueShapesModel Shapes { get; init; }

    /// <summary>The forms in which other builds may know the methods.</summary>
    public required EquatableArray<MethodFormsModel> Forms { get; init; }

    /// <summary>The warnings that generated code would raise, because the contract is obsolete or mentions something obsolete.</summary>
    public required EquatableArray<string> SuppressedWarnings { get; init; }
}
