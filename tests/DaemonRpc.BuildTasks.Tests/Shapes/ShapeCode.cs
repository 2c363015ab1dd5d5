using System.Text;

namespace DaemonRpc.BuildTasks.Tests.Shapes;

/// <summary>The methods of the generated program that make and show values, two for each type, numbered as they are first asked for.</summary>
internal sealed class ShapeCode
{
    private readonly Dictionary<string, int> _numbers = [];
    private readonly List<Shape> _shapes = [];

    public int Count => _shapes.Count;

    public int Number(Shape shape)
    {
        if (_numbers.TryGetValue(shape.Name, out int number))
        {
            return number;
        }

        _shapes.Add(shape);
        return _numbers[shape.Name] = _shapes.Count;
    }

    /// <summary>Writes the methods of all types that were asked for, and of their parts.</summary>
    public string Write()
    {
        var text = new StringBuilder("internal static class Made\n{\n");

        // Writing one may ask for others, which are appended.
        for (int index = 0; index < _shapes.Count; index++)
        {
            Shape shape = _shapes[index];
            text.Append(shape.Filled(Methods(shape, index + 1), Number)).Append('\n');
        }

        return text.Append("}\n").ToString();
    }

    private static string Methods(Shape shape, int number) => $$"""
            public static {{shape}} Make{{number}}(Values v)
            {
                {{(shape.IsReference ? "if (v.Null()) { return null!; }" : "")}}
                v.Down();
                {{shape}} made = {{shape.Make}};
                v.Up();
                return made;
            }

            public static void Show{{number}}(Text t, {{shape}} x)
            {
                {{(shape.IsReference ? "if (x is null) { t.Null(); return; }" : "")}}
                {{shape.Show}};
            }
        """;
}
