namespace DaemonRpc.Serialization;

/// <summary>What a value of a type looks like in MemoryPack's bytes, as far as that can be told without making the value.</summary>
internal sealed class ValueShape
{
    private int _least = -1;

    public ValueShapeKind Kind { get; set; }

    /// <summary>How many bytes it has, if that is always the same. Of an object: how many members. Of a matrix: how many dimensions.</summary>
    public int Size { get; set; }

    /// <summary>What its bytes must keep to besides being so many.</summary>
    public Invariant Invariant { get; set; }

    /// <summary>What it is made of, in order. One, its element, for a list.</summary>
    public ValueShape[] Parts { get; set; } = [];

    /// <summary>Of a union: what says on the wire which of its parts follows.</summary>
    public int[] Tags { get; set; } = [];

    /// <summary>The fewest bytes that one takes, for how many of them can still follow.</summary>
    /// <remarks>Found when first asked for: only then is it known what every part is.</remarks>
    public int Least => _least >= 0 ? _least : _least = FindLeast();

    /// <summary>Whether it is so many bytes, whichever they are.</summary>
    public bool IsOpaque => Kind == ValueShapeKind.Fixed && Invariant == Invariant.None;

    /// <summary>Makes this one the same as another.</summary>
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
    /// <summary>The bytes of a structure, copied.</summary>
    Fixed,

    /// <summary>A string.</summary>
    Text,

    /// <summary>A count, and so many elements.</summary>
    List,

    /// <summary>The dimensions of an array, a count that is their product, and so many elements.</summary>
    Matrix,

    /// <summary>Its parts, one after another: a tuple.</summary>
    Sequence,

    /// <summary>A count of members, or null, and the members.</summary>
    Object,

    /// <summary>The same with the length of each member in front of the first, so that unknown ones can be skipped.</summary>
    Tolerant,

    /// <summary>The same with a number by which it is referred to when it comes again.</summary>
    Circular,

    /// <summary>A tag, and the object that it tells.</summary>
    Union,

    /// <summary>Two numbers, how many bits and how many words of them, and the words.</summary>
    Bits,

    /// <summary>A member that there is no more: as many bytes as its length says.</summary>
    Gap,

    /// <summary>Whatever somebody else's code writes: from here on nothing can be told.</summary>
    Unguarded,
}

/// <summary>What the bytes of a structure must keep to, so that its methods can be called.</summary>
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

    /// <summary>The first byte says whether there is a value.</summary>
    Nullable,
    NullableBoolean,
    NullableDateTime,
    NullableDateTimeOffset,
    NullableDateOnly,
    NullableTimeOnly,
    NullableDecimal,
    NullableRune,
}
