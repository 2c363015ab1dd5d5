namespace DaemonRpc.Generators.Model;

/// <summary>What the values of a contract look like in MemoryPack's bytes.</summary>
internal sealed record ValueShapesModel
{
    /// <summary>The shapes, in the notation that the runtime's <c>ValueShapeReader</c> describes.</summary>
    public required EquatableArray<string> Lines { get; init; }

    /// <summary>The types whose sizes the shapes mention by number.</summary>
    public required EquatableArray<string> Sizes { get; init; }

    /// <summary>The types of arguments, results and items that are looked at before they are read.</summary>
    public required EquatableArray<ValueShapeRoot> Roots { get; init; }
}

/// <summary>A type, and the line of its shape.</summary>
internal sealed record ValueShapeRoot(string Type, int Line);
