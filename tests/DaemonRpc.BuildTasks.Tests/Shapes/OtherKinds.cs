namespace DaemonRpc.BuildTasks.Tests.Shapes;

/// <summary>User types that are not records: unions, collections, and members and types with formatters of their own.</summary>
internal static class OtherKinds
{
    public static IReadOnlyList<Func<string, Shape[], Shape>> All { get; } =
        [InterfaceUnion, ClassUnion, ListCollection, MapCollection, Attributed, Mutual];

    /// <summary>A type that has its formatter from the user, and the formatter.</summary>
    public static Shape OwnFormatter(string name) => new()
    {
        Name = name,
        Declaration = $$"""
            [MemoryPackable(GenerateType.NoGenerate)] public partial class {{name}} { public string Text = ""; }
            public sealed class {{name}}Formatter : MemoryPackFormatter<{{name}}>
            {
                public override void Serialize<TBufferWriter>(ref MemoryPackWriter<TBufferWriter> writer, scoped ref {{name}}? value) => writer.WriteString(value?.Text);
                public override void Deserialize(ref MemoryPackReader reader, scoped ref {{name}}? value) => value = reader.ReadString() is { } text ? new() { Text = text } : null;
            }
            """,
        Make = "new() { Text = v.Word() }",
        Show = "t.Add(x.Text)",
    };

    private static Shape InterfaceUnion(string name, Shape[] members) => new()
    {
        Name = $"I{name}",
        Declaration = $"""
            [MemoryPackable, MemoryPackUnion(0, typeof({name}First)), MemoryPackUnion(1, typeof({name}Second))] public partial interface I{name};
            [MemoryPackable] public partial record {name}First(T0 A0) : I{name};
            [MemoryPackable] public sealed partial class {name}Second : I{name} {"{ public T1 A1 { get; set; } = default!; }"}
            """,
        Make = $"v.Int() % 2 == 0 ? new {name}First(M0(v)) : new {name}Second {{ A1 = M1(v) }}",
        Show = $"if (x is {name}First first) {{ S0(t, first.A0); }} else {{ S1(t, (({name}Second)x).A1); }}",
        Parts = [.. members],
    };

    private static Shape ClassUnion(string name, Shape[] members) => new()
    {
        Name = name,
        Declaration = $"""
            [MemoryPackable, MemoryPackUnion(0, typeof({name}First)), MemoryPackUnion(300, typeof({name}Second))] public abstract partial class {name};
            [MemoryPackable] public partial class {name}First : {name} {"{ public T0 A0 { get; set; } = default!; public int Number { get; set; } }"}
            [MemoryPackable] public partial class {name}Second : {name} {"{ public T1 A1 { get; set; } = default!; }"}
            """,
        Make = $"v.Int() % 2 == 0 ? new {name}First {{ A0 = M0(v), Number = v.Int() }} : new {name}Second {{ A1 = M1(v) }}",
        Show = $"if (x is {name}First first) {{ S0(t, first.A0); t.Add(first.Number); }} else {{ S1(t, (({name}Second)x).A1); }}",
        Parts = [.. members],
    };

    private static Shape ListCollection(string name, Shape[] members) => new()
    {
        Name = name,
        Declaration = $"[MemoryPackable(GenerateType.Collection)] public partial class {name} : List<T0>;",
        Make = "[.. v.Several(M0)]",
        Show = "t.Items(x, S0)",
        Parts = [.. members],
    };

    private static Shape MapCollection(string name, Shape[] members) => new()
    {
        Name = name,
        Declaration = $"[MemoryPackable(GenerateType.Collection)] public partial class {name} : Dictionary<string, T0>;",
        Make = $"v.Fill(new {name}(), v => v.Word(), M0)",
        Show = "t.Map(x, (t, x) => t.Add(x), S0)",
        Parts = [.. members],
    };

    /// <summary>Members whose formatter is chosen by an attribute.</summary>
    private static Shape Attributed(string name, Shape[] members) => new()
    {
        Name = name,
        Declaration = $$"""
            [MemoryPackable]
            public partial class {{name}}
            {
                [Utf8StringFormatter] public string Utf8 { get; set; } = default!;
                [Utf16StringFormatter] public string Utf16 { get; set; } = default!;
                [InternStringFormatter] public string Interned { get; set; } = default!;
                [OrdinalIgnoreCaseStringDictionaryFormatter<T0>] public Dictionary<string, T0> Map { get; set; } = default!;
                [BitPackFormatter] public bool[] Bits { get; set; } = default!;
                [BrotliStringFormatter] public string Long { get; set; } = default!;
                [BrotliFormatter<byte[]>] public byte[] Bytes { get; set; } = default!;
                [BrotliFormatter<T1>] public T1 Small { get; set; } = default!;
                [MemoryPoolFormatter<byte>] public Memory<byte> Pooled { get; set; }
            }
            """,
        Make = "new() { Utf8 = v.Word(), Utf16 = v.Word(), Interned = v.Word(), Map = v.Map(v => v.Word(), M0), Bits = [.. v.Word().Select(each => each > 'Z')], Long = v.Word() + v.Word(), Bytes = v.Null() ? null! : Encoding.UTF8.GetBytes(v.Word()), Small = M1(v), Pooled = new byte[] { 1, (byte)v.Int() } }",
        Show = "t.Add(x.Utf8); t.Add(x.Utf16); t.Add(x.Interned); t.Map(x.Map, (t, x) => t.Add(x), S0); t.Items(x.Bits, (t, x) => t.Add(x)); t.Add(x.Long); t.Items(x.Bytes, (t, x) => t.Add(x)); S1(t, x.Small); t.Items(x.Pooled.ToArray(), (t, x) => t.Add(x))",
        Parts = [.. members],
    };

    /// <summary>Two records that hold each other, in an array and in a dictionary.</summary>
    private static Shape Mutual(string name, Shape[] members)
    {
        var other = new Shape
        {
            Name = $"{name}Other",
            Declaration = $"[MemoryPackable] public partial record {name}Other(Dictionary<string, {name}> Back, T0 A0);",
            Make = "new(v.Map(v => v.Word(), M1), M0(v))",
            Show = "t.Map(x.Back, (t, x) => t.Add(x), S1); S0(t, x.A0)",
            Parts = [members[0]],
        };
        var shape = new Shape
        {
            Name = name,
            Declaration = $"[MemoryPackable] public partial record {name}({name}Other[] Others, T1 A1);",
            Make = "new(v.Several(M2), M1(v))",
            Show = "t.Items(x.Others, S2); S1(t, x.A1)",
            Parts = [.. members[..2], other],
        };
        other.Parts.Add(shape);
        return shape;
    }
}
