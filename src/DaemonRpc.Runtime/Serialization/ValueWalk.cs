using System.Buffers.Binary;
using MemoryPack;

namespace DaemonRpc.Serialization;

/// <summary>Checks the bytes of a value before they reach MemoryPack, which trusts what it reads.</summary>
/// <remarks>
/// Allocates nothing. Detects what would break MemoryPack: lengths beyond the bytes, strings whose headers overflow,
/// structures that no constructor would have made, and objects nested until the stack overflows.
/// </remarks>
internal ref struct ValueWalk
{
    /// <summary>How deep objects may be nested.</summary>
    /// <remarks>
    /// Reading a nested object takes 350 bytes of stack, plus 60 for each of its members, in unoptimised user code, and a third
    /// of that in optimised code. At this depth, objects of forty members fit into 1.5 MB, the smallest stack of a .NET thread.
    /// </remarks>
    public const int MostDepth = 400;

    private const byte NullObject = 255;
    private const byte Reference = 250;
    private const byte WideTag = 250;

    private readonly ReadOnlySpan<byte> _bytes;
    private int _at;
    private int _depth;

    private ValueWalk(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    private readonly int Left => _bytes.Length - _at;

    /// <summary>Returns the value's size in bytes, or -1 if unknown.</summary>
    /// <exception cref="MemoryPackSerializationException">The bytes do not form a value of this shape.</exception>
    public static int Measure(ReadOnlySpan<byte> bytes, ValueShape shape)
    {
        var walk = new ValueWalk(bytes);
        return walk.Pass(shape) ? walk._at : -1;
    }

    /// <summary>Skips one value. Returns false when nothing after this point can be checked.</summary>
    private bool Pass(ValueShape shape)
    {
        switch (shape.Kind)
        {
            case ValueShapeKind.Fixed:
                PassFixed(shape);
                return true;

            case ValueShapeKind.Text:
                _at += TextValue.Measure(_bytes[_at..]);
                return true;

            case ValueShapeKind.Bits:
                PassBits();
                return true;

            case ValueShapeKind.Unguarded:
                return false;

            case ValueShapeKind.Object:
                return PassObject(shape);

            case ValueShapeKind.List:
                return PassElements(ReadCount(), shape.Parts[0]);

            case ValueShapeKind.Sequence:
                return PassParts(shape);

            case ValueShapeKind.Union:
                return PassUnion(shape);

            case ValueShapeKind.Matrix:
                return PassMatrix(shape);

            default:
                return PassTolerant(shape);
        }
    }

    private bool PassObject(ValueShape shape)
    {
        byte count = ReadByte();
        if (count == NullObject)
        {
            return true;
        }

        // Both ends are of one build. Without this check, a byte that says "no members" would become an object of any size.
        if (count != shape.Size)
        {
            throw OtherMembers(count, shape.Size);
        }

        Enter();
        bool isWhole = PassParts(shape);
        _depth--;
        return isWhole;
    }

    // Every cycle in a type leads through an object.
    private void Enter()
    {
        if (++_depth > MostDepth)
        {
            throw TooDeep();
        }
    }

    private bool PassParts(ValueShape shape)
    {
        foreach (ValueShape part in shape.Parts)
        {
            // Most members are of these two kinds; handling them here saves a call.
            if (part.Kind == ValueShapeKind.Fixed)
            {
                PassFixed(part);
            }
            else if (part.Kind == ValueShapeKind.Text)
            {
                _at += TextValue.Measure(_bytes[_at..]);
            }
            else if (!Pass(part))
            {
                return false;
            }
        }

        return true;
    }

    private bool PassElements(int count, ValueShape element)
    {
        // MemoryPack allocates room for the announced count before it reads the first element.
        if (count < 0 || count * (long)element.Least > Left || count > Left)
        {
            return count == -1 ? true : throw TooMany(count, Left);
        }

        if (element.IsOpaque)
        {
            _at += count * element.Size;
            return true;
        }

        if (element.Kind == ValueShapeKind.Fixed)
        {
            StructureChecks.Check(element.Invariant, Take(count * element.Size), element.Size);
            return true;
        }

        for (int i = 0; i < count; i++)
        {
            if (!Pass(element))
            {
                return false;
            }
        }

        return true;
    }

    private bool PassUnion(ValueShape shape)
    {
        int tag = ReadByte();
        if (tag > WideTag)
        {
            return true;
        }

        if (tag == WideTag)
        {
            tag = BinaryPrimitives.ReadUInt16LittleEndian(Take(sizeof(ushort)));
        }

        int part = Array.IndexOf(shape.Tags, tag);
        return part >= 0 ? Pass(shape.Parts[part]) : throw new MemoryPackSerializationException($"The tag {tag} means nothing.");
    }

    private bool PassMatrix(ValueShape shape)
    {
        byte count = ReadByte();
        if (count == NullObject)
        {
            return true;
        }

        long product = 1;
        for (int dimension = 0; dimension < shape.Size; dimension++)
        {
            int length = BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int)));

            // An array without rows may still have two thousand million columns; it takes no memory.
            product = length < 0 || product > int.MaxValue ? -1 : product * length;
            if (product < 0)
            {
                throw new MemoryPackSerializationException($"An array cannot have {length} elements in a row.");
            }
        }

        int total = ReadCount();
        return count == shape.Size + 1 && total == product
            ? PassElements(total, shape.Parts[0])
            : throw new MemoryPackSerializationException($"An array of {product} elements announces {total} of them.");
    }

    private bool PassTolerant(ValueShape shape)
    {
        byte count = ReadByte();
        if (count == NullObject)
        {
            return true;
        }

        if (shape.Kind == ValueShapeKind.Circular && count == Reference)
        {
            _ = ReadVarInt();
            return true;
        }

        Span<int> lengths = stackalloc int[count];
        for (int member = 0; member < count; member++)
        {
            lengths[member] = ReadVarInt();
        }

        if (shape.Kind == ValueShapeKind.Circular)
        {
            _ = ReadVarInt();
        }

        Enter();
        for (int member = 0; member < count; member++)
        {
            if (lengths[member] == 0)
            {
                continue;
            }

            if (member >= shape.Size || shape.Parts[member].Kind == ValueShapeKind.Gap)
            {
                _ = Take(lengths[member]);
            }
            else if (!Pass(shape.Parts[member]))
            {
                return false;
            }
        }

        _depth--;
        return true;
    }

    private void PassBits()
    {
        byte count = ReadByte();
        if (count == NullObject)
        {
            return;
        }

        int bits = BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int)));
        int words = ReadCount();
        if (bits < 0 || words < 0 || words > Left / sizeof(int) || (bits + 31L) / 32 > words)
        {
            throw new MemoryPackSerializationException($"An array of {bits} bits announces {words} words of them; {Left} bytes are left.");
        }

        _at += words * sizeof(int);
    }

    private void PassFixed(ValueShape shape)
    {
        ReadOnlySpan<byte> bytes = Take(shape.Size);
        if (shape.Invariant != Invariant.None)
        {
            StructureChecks.Check(shape.Invariant, bytes, shape.Size);
        }
    }

    private int ReadCount() => BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int)));

    private byte ReadByte() => Take(1)[0];

    // The byte is the number itself, or tells how the number follows.
    private int ReadVarInt()
    {
        sbyte code = (sbyte)ReadByte();
        long number = code switch
        {
            -121 => ReadByte(),
            -122 => (sbyte)ReadByte(),
            -123 => BinaryPrimitives.ReadUInt16LittleEndian(Take(2)),
            -124 => BinaryPrimitives.ReadInt16LittleEndian(Take(2)),
            -125 => BinaryPrimitives.ReadUInt32LittleEndian(Take(4)),
            -126 => BinaryPrimitives.ReadInt32LittleEndian(Take(4)),
            -127 or -128 => BinaryPrimitives.ReadInt64LittleEndian(Take(8)),
            _ => code,
        };

        // MemoryPack would move backwards by a negative length, to bytes outside this value.
        return number is >= 0 and <= int.MaxValue ? (int)number : throw new MemoryPackSerializationException($"A member announces {number} bytes.");
    }

    private ReadOnlySpan<byte> Take(int size)
    {
        int start = _at;
        if (size > _bytes.Length - start)
        {
            throw TooFew(size, Left);
        }

        _at = start + size;
        return _bytes.Slice(start, size);
    }

    // Separate methods, so that the code for every value stays short.
    private static MemoryPackSerializationException TooFew(int size, int left) => new($"It takes {size} bytes more, and {left} are left.");

    private static MemoryPackSerializationException TooMany(int count, int left) => new($"A collection announces {count} elements; {left} bytes are left.");

    private static MemoryPackSerializationException TooDeep() => new($"Objects lie within objects more than {MostDepth} levels deep.");

    private static MemoryPackSerializationException OtherMembers(int count, int members) => new($"An object has {count} members; its type has {members}.");
}
