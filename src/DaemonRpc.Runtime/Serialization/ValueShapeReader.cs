using System.Globalization;

namespace DaemonRpc.Serialization;

/// <summary>Parses the shapes that generated code contains: a text with one shape per line.</summary>
/// <remarks>
/// <code>
/// 12          12 bytes                         [ X          a list of X
/// $0          as many bytes as the 1st size    [, X  [,, X  an array of several dimensions
/// DateTime    a structure that is checked      ( X Y )      a tuple
/// DateTime?   a checked one that may be null   { X Y }      an object, or null
/// ?12 ?$0     another one that may be null     &lt; X _ Y &gt;    a version-tolerant object, with a gap
/// string      a string                         @ X Y @      an object that may be referred to
/// bits        a BitArray                       | 0 X 7 Y |  a union: tags and what they mean
/// #3          the shape in the 4th line        *            unguarded from here on
/// </code>
/// Generated code contains a text because code that creates the shapes would have to be compiled in each process that reads a value.
/// </remarks>
internal sealed class ValueShapeReader
{
    private readonly int[] _sizes;
    private readonly ValueShape[] _lines;
    private string[] _tokens = [];
    private int _next;

    private ValueShapeReader(ValueShape[] lines, int[] sizes) => (_lines, _sizes) = (lines, sizes);

    /// <summary>Parses all shapes of a text.</summary>
    public static ValueShape[] Read(string text, params int[] sizes)
    {
        string[] lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var shapes = new ValueShape[lines.Length];
        for (int line = 0; line < lines.Length; line++)
        {
            // All shapes are created first, because they refer to each other.
            shapes[line] = new ValueShape { Kind = ValueShapeKind.Unguarded };
        }

        var reader = new ValueShapeReader(shapes, sizes);
        for (int line = 0; line < lines.Length; line++)
        {
            reader._tokens = lines[line].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            reader._next = 0;
            shapes[line].Become(reader.ReadShape());
        }

        return shapes;
    }

    private ValueShape ReadShape()
    {
        string token = _tokens[_next++];
        return token[0] switch
        {
            '#' => _lines[Number(token[1..])],
            '(' => Of(ValueShapeKind.Sequence, ReadParts(")")),
            '{' => Of(ValueShapeKind.Object, ReadParts("}")),
            '<' => Of(ValueShapeKind.Tolerant, ReadParts(">")),
            '@' => Of(ValueShapeKind.Circular, ReadParts("@")),
            '|' => ReadUnion(),
            '[' when token.Length == 1 => Of(ValueShapeKind.List, [ReadShape()]),
            '[' => Of(ValueShapeKind.Matrix, [ReadShape()], token.Length),
            '*' => Of(ValueShapeKind.Unguarded, []),
            '_' => Of(ValueShapeKind.Gap, []),
            '?' => Fixed(SizeOf(token[1..]), Invariant.Nullable),
            '$' or (>= '0' and <= '9') => Fixed(SizeOf(token), Invariant.None),
            _ => ReadNamed(token),
        };
    }

    private static ValueShape ReadNamed(string name) => name switch
    {
        "string" => Of(ValueShapeKind.Text, []),
        "bits" => Of(ValueShapeKind.Bits, []),
        "bool" => Fixed(sizeof(bool), Invariant.Boolean),
        "DateTime" => Fixed(8, Invariant.DateTime),
        "DateTimeOffset" => Fixed(16, Invariant.DateTimeOffset),
        "DateOnly" => Fixed(4, Invariant.DateOnly),
        "TimeOnly" => Fixed(8, Invariant.TimeOnly),
        "decimal" => Fixed(sizeof(decimal), Invariant.Decimal),
        "Rune" => Fixed(4, Invariant.Rune),
        "bool?" => Fixed(2, Invariant.NullableBoolean),
        "DateTime?" => Fixed(16, Invariant.NullableDateTime),
        "DateTimeOffset?" => Fixed(24, Invariant.NullableDateTimeOffset),
        "DateOnly?" => Fixed(8, Invariant.NullableDateOnly),
        "TimeOnly?" => Fixed(16, Invariant.NullableTimeOnly),
        "decimal?" => Fixed(24, Invariant.NullableDecimal),
        "Rune?" => Fixed(8, Invariant.NullableRune),
        _ => throw new FormatException($"'{name}' is no shape of a value."),
    };

    private ValueShape ReadUnion()
    {
        List<int> tags = [];
        List<ValueShape> parts = [];
        while (!TryEnd("|"))
        {
            tags.Add(Number(_tokens[_next++]));
            parts.Add(ReadShape());
        }

        ValueShape union = Of(ValueShapeKind.Union, [.. parts]);
        union.Tags = [.. tags];
        return union;
    }

    private ValueShape[] ReadParts(string end)
    {
        List<ValueShape> parts = [];
        while (!TryEnd(end))
        {
            parts.Add(ReadShape());
        }

        return [.. parts];
    }

    private bool TryEnd(string end)
    {
        if (_tokens[_next] != end)
        {
            return false;
        }

        _next++;
        return true;
    }

    private int SizeOf(string token) => token[0] == '$' ? _sizes[Number(token[1..])] : Number(token);

    private static int Number(string token) => int.Parse(token, NumberStyles.None, CultureInfo.InvariantCulture);

    private static ValueShape Fixed(int size, Invariant invariant) => new() { Kind = ValueShapeKind.Fixed, Size = size, Invariant = invariant };

    // Adjacent members of fixed size become one step of the walk. The number of members is kept separately.
    private static ValueShape Of(ValueShapeKind kind, ValueShape[] parts, int? size = null)
    {
        var shape = new ValueShape { Kind = kind, Size = size ?? parts.Length, Parts = parts };
        if (kind is ValueShapeKind.Object or ValueShapeKind.Sequence)
        {
            shape.Parts = Joined(parts);
        }

        return shape;
    }

    private static ValueShape[] Joined(ValueShape[] parts)
    {
        List<ValueShape> joined = [];
        foreach (ValueShape part in parts)
        {
            if (joined.Count > 0 && joined[^1].IsOpaque && part.IsOpaque && part.Size > 0)
            {
                joined[^1] = Fixed(joined[^1].Size + part.Size, Invariant.None);
            }
            else
            {
                joined.Add(part);
            }
        }

        return [.. joined];
    }
}
