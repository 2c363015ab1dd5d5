namespace DaemonRpc.BuildTasks.Tests.Shapes;

/// <summary>The types without parts: what MemoryPack registers itself, and enums and structs that it copies.</summary>
internal static class LeafShapes
{
    /// <summary>Enums and structs that the generated library declares.</summary>
    public const string Declarations = """
        public enum Colour : byte { Red, Green, Blue }
        public enum Depth : short { Shallow = -1, Deep = 1000 }
        public enum Weight : long { Light = 1, Heavy = long.MaxValue }
        public struct Point : IEquatable<Point> { public int X; public byte Y; public bool Equals(Point other) => (X, Y) == (other.X, other.Y); public override bool Equals(object? other) => other is Point point && Equals(point); public override int GetHashCode() => X; }
        public struct Segment<T> where T : unmanaged { public T From; public T To; }
        """;

    public static IReadOnlyList<Shape> All { get; } =
    [
        Ordered("bool", "v.Int() % 2 == 0", "t.Add(x)"),
        Ordered("byte", "(byte)v.Int()", "t.Add(x)"),
        Ordered("sbyte", "(sbyte)v.Int()", "t.Add(x)"),
        Ordered("short", "(short)v.Int()", "t.Add(x)"),
        Ordered("ushort", "(ushort)v.Int()", "t.Add(x)"),
        Ordered("int", "v.Int()", "t.Add(x)"),
        Ordered("uint", "(uint)v.Int()", "t.Add(x)"),
        Ordered("long", "v.Long()", "t.Add(x)"),
        Ordered("ulong", "(ulong)v.Long()", "t.Add(x)"),
        Ordered("char", "(char)(' ' + (v.Int() & 0xFFF))", "t.Add(x)"),
        Ordered("float", "v.Int() / 8f", "t.Add(x)"),
        Ordered("double", "v.Long() / 8d", "t.Add(x)"),
        Ordered("decimal", "v.Long() / 100m", "t.Add(x)"),
        Value("nint", "(nint)v.Int()", "t.Add(x)"),
        Value("nuint", "(nuint)(uint)v.Int()", "t.Add(x)"),
        Ordered("Half", "(Half)(v.Int() % 1000)", "t.Add(x)"),
        Ordered("Int128", "new Int128((ulong)v.Long(), (ulong)v.Long())", "t.Add(x)"),
        Ordered("UInt128", "new UInt128((ulong)v.Long(), (ulong)v.Long())", "t.Add(x)"),
        Ordered("DateTime", "v.Moment()", "t.Add(x.Ticks); t.Add((int)x.Kind)"),
        Value("DateTimeOffset", "new DateTimeOffset(v.Moment().Ticks, TimeSpan.FromMinutes(v.Int() % 800))", "t.Add(x.Ticks); t.Add(x.Offset.Ticks)"),
        Ordered("TimeSpan", "new TimeSpan(v.Long())", "t.Add(x.Ticks)"),
        Ordered("DateOnly", "DateOnly.FromDateTime(v.Moment())", "t.Add(x.DayNumber)"),
        Ordered("TimeOnly", "TimeOnly.FromDateTime(v.Moment())", "t.Add(x.Ticks)"),
        Ordered("Guid", "new Guid(v.Int(), 1, 2, 3, 4, 5, 6, 7, 8, 9, (byte)v.Int())", "t.Add(x.ToString())"),
        Value("Rune", "new Rune(0x1F300 + (v.Int() & 0xFF))", "t.Add(x.Value)"),
        Value("BigInteger", "new BigInteger(v.Long()) << (v.Int() & 0xFFF)", "t.Add(x)"),
        Value("Complex", "new Complex(v.Int(), v.Int())", "t.Add(x.Real); t.Add(x.Imaginary)"),
        Value("Plane", "new Plane(v.Int(), 1, 2, v.Int())", "t.Add(x.Normal.X); t.Add(x.D)"),
        Value("Quaternion", "new Quaternion(v.Int(), 1, 2, v.Int())", "t.Add(x.X); t.Add(x.W)"),
        Value("Matrix3x2", "new Matrix3x2(v.Int(), 1, 2, 3, 4, v.Int())", "t.Add(x.M11); t.Add(x.M32)"),
        Value("Matrix4x4", "Matrix4x4.CreateTranslation(v.Int(), v.Int(), v.Int())", "t.Add(x.M41); t.Add(x.M43)"),
        Value("Vector2", "new Vector2(v.Int(), v.Int())", "t.Add(x.X); t.Add(x.Y)"),
        Value("Vector3", "new Vector3(v.Int(), 1, v.Int())", "t.Add(x.X); t.Add(x.Z)"),
        Value("Vector4", "new Vector4(v.Int(), 1, 2, v.Int())", "t.Add(x.X); t.Add(x.W)"),
        Value("Colour", "(Colour)((v.Int() & 3) % 3)", "t.Add((long)x)", isOrdered: true),
        Value("Depth", "(Depth)(v.Int() % 100)", "t.Add((long)x)", isOrdered: true),
        Value("Weight", "(Weight)v.Long()", "t.Add((long)x)", isOrdered: true),
        Value("Point", "new Point { X = v.Int(), Y = (byte)v.Int() }", "t.Add(x.X); t.Add(x.Y)"),
        Value("Segment<Point>", "new Segment<Point> { From = new Point { X = v.Int() }, To = new Point { Y = 9 } }", "t.Add(x.From.X); t.Add(x.To.Y)", isKey: false),
        Value("Segment<double>", "new Segment<double> { From = v.Int(), To = v.Int() }", "t.Add(x.From); t.Add(x.To)", isKey: false),
        Class("string", "v.Word()", "t.Add(x)", isKey: true, isOrdered: true),
        Class("byte[]", "v.Bytes()", "t.Items(x, (t, x) => t.Add(x))"),
        Class("Version", "new Version(v.Int() & 0xFF, v.Int() & 0xFF, 3, 4)", "t.Add(x.ToString())", isKey: true, isOrdered: true),
        Class("Uri", "v.Int() % 2 == 0 ? new Uri(\"https://example.org/\" + (v.Int() & 0xFFFF)) : new Uri(\"/usr/\" + v.Int(), v.Int() % 2 == 0 ? UriKind.Absolute : UriKind.Relative)", "t.Add(x.OriginalString); t.Add(x.IsAbsoluteUri)", isKey: true),
        Class("Type", "v.Int() % 2 == 0 ? typeof(int) : typeof(string)", "t.Add(x.FullName)", isKey: true),
        Class("BitArray", "new BitArray([v.Int(), v.Int()]) { Length = v.Int() & 0x3F }", "foreach (bool bit in x) { t.Add(bit); }"),
        Class("StringBuilder", "new StringBuilder(v.Word())", "t.Add(x.ToString())"),
        Class("CultureInfo", "CultureInfo.InvariantCulture", "t.Add(x.Name)"),
        Class("TimeZoneInfo", "TimeZoneInfo.GetSystemTimeZones() is [_, ..] zones ? zones[(v.Int() & 0xFFFF) % zones.Count] : TimeZoneInfo.Utc", "t.Add(x.Id); t.Add(x.GetUtcOffset(DateTime.UnixEpoch.AddDays(200))); t.Add(x.IsDaylightSavingTime(DateTime.UnixEpoch.AddDays(20000)))"),
    ];

    private static Shape Ordered(string name, string make, string show) => Value(name, make, show, isOrdered: true);

    private static Shape Value(string name, string make, string show, bool isKey = true, bool isOrdered = false) => new()
    {
        Name = name,
        Make = $"unchecked({make})",
        Show = show,
        IsReference = false,
        IsPlainStruct = true,
        IsKey = isKey,
        IsOrdered = isOrdered,
    };

    private static Shape Class(string name, string make, string show, bool isKey = false, bool isOrdered = false) => new()
    {
        Name = name,
        Make = make,
        Show = show,
        IsKey = isKey,
        IsOrdered = isOrdered,
    };
}
