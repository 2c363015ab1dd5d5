namespace DaemonRpc.Serialization;

/// <summary>The layout of a type's values in MemoryPack's bytes, as far as it is known without creating a value.</summary>
internal sealed class ValueShape
{
    private int _least = -1;

    public ValueShapeKind Kind { get; set; }

    /// <summary>The size in bytes of a value of fixed size; the number of members of an object; the number of dimensions of a matrix.</summary>
    public int Size { get; set; }

    /// <summary>The condition that the bytes must meet in addition to their size.</summary>
    public Invariant Invariant { get; set; }

    /// <summary>The parts of the value, in order. For a list, its element.</summary>
    public ValueShape[] Parts { get; set; } = [];

    /// <summary>For a union: the tags that select its parts.</summary>
    public int[] Tags { get; set; } = [];

    /// <summary>The fewest bytes that one value takes. Bounds how many values the remaining bytes can hold.</summary>
    /// <remarks>Computed at the first read, when all parts are known.</remarks>
    public int Least => _least >= 0 ? _least : _least = FindLeast();

    /// <summary>Whether the value is a fixed number of arbitrary bytes.</summary>
    public bool IsOpaque => Kind == ValueShapeKind.Fixed && Invariant == Invariant.None;

    /// <summary>Copies another shape into this one.</summary>
    public void Become(ValueShape other)
    {
        Kind = other.Kind;
        Size = other.Size;
        Invariant = other.Invariant;
        Parts = other.Parts;
        Tags = other.Tags;
    }

    private int FindLeast() => Kind switch
    {
        ValueShapeKind.Fixed => Size,
        ValueShapeKind.Text or ValueShapeKind.List => sizeof(int),
        ValueShapeKind.Sequence => Parts.Sum(static part => part.Least),
        ValueShapeKind.Unguarded or ValueShapeKind.Gap => 0,
        _ => 1,
    };
}

/// <summary>How a value is written.</summary>
internal enum ValueShapeKind
{
    /// <summary>A structure, as its copied bytes.</summary>
    Fixed,

    /// <summary>A string.</summary>
    Text,

    /// <summary>A count, then that many elements.</summary>
    List,

    /// <summary>An array's dimensions, a count that is their product, then that many elements.</summary>
    Matrix,

    /// <summary>Parts one after another: a tuple.</summary>
    Sequence,

    /// <summary>A member count, or null, then the members.</summary>
    Object,

    /// <summary>A version-tolerant object: like an object, with the lengths of all members before the first one, so that unknown members can be skipped.</summary>
    Tolerant,

    /// <summary>An object with circular references: like a version-tolerant object, with a number by which later occurrences refer to it.</summary>
    Circular,

    /// <summary>A tag, then the object that the tag selects.</summary>
    Union,

    /// <summary>The number of bits, the number of words, then the words.</summary>
    Bits,

    /// <summary>A removed member: as many bytes as its length says.</summary>
    Gap,

    /// <summary>Written by unknown code: nothing after this point can be checked.</summary>
    Unguarded,
}

/// <summary>A condition on the bytes of a structure under which its methods are safe to call.</summary>
internal enum Invariant
{
    None,
    Boolean,
    DateTime,
    DateTimeOffset,
    DateOnly,
    TimeOnly,
    Decimal,
    Rune,

    /// <summary>A nullable structure: its first byte tells whether there is a value.</summary>
    Nullable,
    NullableBoolean,
    NullableDateTime,
    NullableDateTimeOffset,
    NullableDateOnly,
    NullableTimeOnly,
    NullableDecimal,
    NullableRune,
}
