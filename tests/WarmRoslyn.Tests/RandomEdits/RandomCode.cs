using System.Text;

namespace WarmRoslyn.Tests.RandomEdits;

/// <summary>A class of a random program, in a file of its own. Much of what it says does not compile.</summary>
internal sealed class RandomClass(string project, string name)
{
    private static readonly string[] s_types = ["int", "string", "string?", "object"];
    private static readonly string[] s_statements =
        ["", "", "int unused;", "string? s = null; _ = s.Length;", "Undefined();", "#if FLAG\n        Flagged();\n#endif", "int x = \"text\";", "return default!;", "#pragma warning disable CS0168\n        int quiet;\n#pragma warning restore CS0168"];

    private readonly List<Method> _methods = [];

    public string Project => project;

    public string Name => name;

    /// <summary>The file, from the solution's folder.</summary>
    public string File { get; set; } = $"{project}/{name}.cs";

    /// <summary>What stands after the class, and breaks its syntax.</summary>
    public string Tail { get; private set; } = "";

    public string MethodName(Random random) => $"{project}.{name}.M{random.Next(3)}";

    public void AddMethods(Random random, IReadOnlyList<RandomClass> all)
    {
        for (int method = random.Next(1, 4); method > 0; method--)
        {
            _methods.Add(new Method());
            ChangeSignature(random);
            ChangeBody(random, all);
        }
    }

    public void ChangeBody(Random random, IReadOnlyList<RandomClass> all)
    {
        Method method = _methods[random.Next(_methods.Count)];
        method.Statement = Pick(random, s_statements);
        method.Result = Expression(random, all, depth: 2);
        Tail = "";
    }

    public void ChangeSignature(Random random)
    {
        Method method = _methods[random.Next(_methods.Count)];
        (method.Type, method.Parameter, method.Access) = (Pick(random, s_types), Pick(random, s_types), Pick(random, ["public", "public", "internal", "private"]));
        method.Attribute = Pick(random, ["", "", "", "[System.Obsolete] ", "[System.Obsolete(\"no\", true)] "]);
        Tail = "";
    }

    public void Break(Random random) => Tail = Pick(random, ["}", "class {", "int = 3;", "/* no end", "#if X", "partial class P { [System.Text.RegularExpressions.GeneratedRegex(\"(\")] private static partial System.Text.RegularExpressions.Regex R(); }"]);

    public override string ToString()
    {
        StringBuilder text = new($"namespace {project};\n\npublic class {name}\n{{\n");
        foreach ((int number, Method method) in _methods.Index())
        {
            _ = text.Append($"    {method.Attribute}{method.Access} static {method.Type} M{number}({method.Parameter} a)\n    {{\n        {method.Statement}\n        return {method.Result};\n    }}\n\n");
        }

        return text.Append("}\n").Append(Tail).ToString();
    }

    private static string Expression(Random random, IReadOnlyList<RandomClass> all, int depth) => random.Next(depth > 0 ? 7 : 3) switch
    {
        0 => Pick(random, ["1", "\"s\"", "null", "new object()"]),
        1 or 2 => "a",
        _ => $"{all[random.Next(all.Count)].MethodName(random)}({Expression(random, all, depth - 1)})",
    };

    private static T Pick<T>(Random random, T[] from) => from[random.Next(from.Length)];

    private sealed class Method
    {
        public string Attribute { get; set; } = "";

        public string Access { get; set; } = "public";

        public string Type { get; set; } = "int";

        public string Parameter { get; set; } = "int";

        public string Statement { get; set; } = "";

        public string Result { get; set; } = "a";
    }
}
