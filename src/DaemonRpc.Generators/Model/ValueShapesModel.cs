namespace DaemonRpc.Generators.Model;

/// <summary>How the values of a contract look in MemoryPack's bytes.</summary>
internal sealed record ValueShapesModel
{
    /// <summary>The shapes, in the notation that the runtime's <c>ValueShapeReader</c> describes.</summary>
    public required EquatableArray<string> Lines { get; init; }

    /// <summary>The types whose sizes the shapes refer to, by index.</summary>
    public required EquatableArray<string> Sizes { get; init; }

    /// <summary>The types of arguments, results and items whose bytes are checked before they are read.</summary>
    public required EquatableArray<ValueShapeRoot> Roots { get; init; }
}

/// <summary>A type and the index of its shape's line.</summary>
internal sealed record ValueShapeRoot(string Type, int Line);
