namespace DaemonRpc.BuildTasks.Tests.Shapes;

/// <summary>The ways in which a user's class, record or struct can say how it is packed. Each makes one type of a name and of members.</summary>
internal static class RecordKinds
{
    public static IReadOnlyList<Func<string, Shape[], Shape>> All { get; } =
    [
        Record, Class, Fields, Struct, RecordStruct, Private, TwoConstructors, InitOnly, Explicit, VersionTolerant, Circular, Recursive, Deep, Nested, Callbacks,
    ];

    /// <summary>A record that can be the key of a dictionary.</summary>
    public static Shape Key(string name) => new()
    {
        Name = name,
        Declaration = $"[MemoryPackable] public partial record {name}(string Text, int Number);",
        Make = "new(v.Word(), v.Int())",
        Show = "t.Add(x.Text); t.Add(x.Number)",
        IsKey = true,
    };

    public static Shape Record(string name, Shape[] members) => New(
        name,
        members,
        $"[MemoryPackable] public partial record {name}({Each(members, "T# A#")});",
        $"new({Each(members, "M#(v)")})");

    private static Shape Class(string name, Shape[] members) => New(
        name,
        members,
        $"[MemoryPackable] public partial class {name} {{ {Each(members, "public T# A# { get; set; } = default!;", " ")} }}",
        Initialised(members));

    private static Shape Fields(string name, Shape[] members) => New(
        name,
        members,
        $"[MemoryPackable] public sealed partial class {name} {{ {Each(members, "public T# A# = default!;", " ")} }}",
        Initialised(members));

    private static Shape Struct(string name, Shape[] members) => New(
        name,
        members,
        $"[MemoryPackable] public partial struct {name} {{ {Each(members, "public T# A#;", " ")} }}",
        Initialised(members),
        isStruct: true);

    private static Shape RecordStruct(string name, Shape[] members) => New(
        name,
        members,
        $"[MemoryPackable] public readonly partial record struct {name}({Each(members, "T# A#")});",
        $"new({Each(members, "M#(v)")})",
        isStruct: true);

    private static Shape Private(string name, Shape[] members) => New(
        name,
        members,
        $$"""
        [MemoryPackable]
        public partial class {{name}}
        {
            {{Each(members, "[MemoryPackInclude] private T# _a# = default!; public T# Get#() => _a#;", " ")}}
            public static {{name}} Of({{Each(members, "T# a#")}}) => new() { {{Each(members, "_a# = a#")}} };
        }
        """,
        $"{name}.Of({Each(members, "M#(v)")})",
        "S#(t, x.Get#())");

    private static Shape TwoConstructors(string name, Shape[] members) => New(
        name,
        members,
        $$"""
        [MemoryPackable]
        public sealed partial class {{name}}
        {
            public {{name}}() { {{Each(members, "A# = default!;", " ")}} }
            [MemoryPackConstructor] public {{name}}({{Each(members, "T# a#")}}) { {{Each(members, "A# = a#;", " ")}} }
            {{Each(members, "public T# A# { get; }", " ")}}
        }
        """,
        $"new({Each(members, "M#(v)")})");

    private static Shape InitOnly(string name, Shape[] members) => New(
        name,
        members,
        $"[MemoryPackable] public partial record class {name} {{ {Each(members, "public required T# A# { get; init; }", " ")} [MemoryPackIgnore] public int Ignored => 1; }}",
        Initialised(members));

    private static Shape Explicit(string name, Shape[] members) => New(
        name,
        members,
        $"[MemoryPackable(SerializeLayout.Explicit)] public partial class {name} {{ {Each(members, "[MemoryPackOrder(#)] public T# A# { get; set; } = default!;", " ")} }}",
        Initialised(members));

    private static Shape VersionTolerant(string name, Shape[] members) => New(
        name,
        members,
        $"[MemoryPackable(GenerateType.VersionTolerant)] public partial class {name} {{ {Each(members, "[MemoryPackOrder(#)] public T# A# { get; set; } = default!;", " ")} }}",
        Initialised(members));

    private static Shape Circular(string name, Shape[] members) => New(
        name,
        members,
        $$"""
        [MemoryPackable(GenerateType.CircularReference)]
        public partial class {{name}}
        {
            {{Each(members, "[MemoryPackOrder(#)] public T# A# { get; set; } = default!;", " ")}}
            [MemoryPackOrder({{members.Length}})] public {{name}} Parent { get; set; } = default!;
            [MemoryPackOrder({{members.Length + 1}})] public {{name}}[] Children { get; set; } = default!;
            public {{name}} With(params {{name}}[] children) { Children = children; foreach ({{name}} child in children) { child.Parent = this; } return this; }
        }
        """,
        $"(({name}){Initialised(members, name)}).With({Initialised(members, name)}, new {name}())",
        "S#(t, x.A#)",
        show: "; foreach (var child in x.Children ?? []) { t.Add(ReferenceEquals(child.Parent, x)); S0(t, child.A0); }");

    private static Shape Recursive(string name, Shape[] members)
    {
        Shape shape = New(
            name,
            members,
            $"[MemoryPackable] public partial record {name}({Each(members, "T# A#")}, {name} Left, List<{name}> Children, Dictionary<string, {name}> ByName);",
            $"new({Each(members, "M#(v)")}, M{members.Length}(v), new(v.Several(M{members.Length})), v.Map(v => v.Word(), M{members.Length}))",
            "S#(t, x.A#)",
            show: $"; S{members.Length}(t, x.Left); t.Items(x.Children, S{members.Length}); t.Map(x.ByName, (t, x) => t.Add(x), S{members.Length})");
        shape.Parts.Add(shape);
        return shape;
    }

    private static Shape Deep(string name, Shape[] members) => New(
        name,
        members,
        $$"""
        [MemoryPackable] public partial class {{name}}Base { public T0 A0 { get; set; } = default!; }
        public partial class {{name}}Middle : {{name}}Base { public int Plain { get; set; } }
        [MemoryPackable] public partial class {{name}} : {{name}}Middle { {{string.Join(" ", Enumerable.Range(1, members.Length - 1).Select(member => $"public T{member} A{member} {{ get; set; }} = default!;"))}} }
        """,
        Initialised(members));

    private static Shape Nested(string name, Shape[] members) => New(
        $"{name}Outside.Middle.{name}",
        members,
        $"public static partial class {name}Outside {{ public partial record struct Middle {{ [MemoryPackable] public partial record {name}({Each(members, "T# A#")}); }} }}",
        $"new({Each(members, "M#(v)")})");

    private static Shape Callbacks(string name, Shape[] members) => New(
        name,
        members,
        $$"""
        [MemoryPackable]
        public partial class {{name}}
        {
            {{Each(members, "public T# A# { get; set; } = default!;", " ")}}
            [MemoryPackIgnore] public int Times;
            [MemoryPackOnSerializing] private void Before() => Times++;
            [MemoryPackOnDeserialized] private void After() => Times++;
        }
        """,
        Initialised(members));

    private static Shape New(string name, Shape[] members, string declaration, string make, string each = "S#(t, x.A#)", bool isStruct = false, string show = "") => new()
    {
        Name = name,
        Declaration = declaration,
        Make = make,
        Show = Each(members, each, "; ") + show,
        Parts = [.. members],
        IsReference = !isStruct,
        IsPlainStruct = isStruct,
    };

    private static string Initialised(Shape[] members, string name = "") => $"new {name}{(name.Length == 0 ? "()" : "")} {{ {Each(members, "A# = M#(v)")} }}";

    private static string Each(Shape[] members, string template, string separator = ", ") =>
        string.Join(separator, Enumerable.Range(0, members.Length).Select(member => template.Replace("#", $"{member}", StringComparison.Ordinal)));
}
