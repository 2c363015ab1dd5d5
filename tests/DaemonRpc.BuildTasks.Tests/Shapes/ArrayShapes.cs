using System.Text.RegularExpressions;

namespace DaemonRpc.BuildTasks.Tests.Shapes;

/// <summary>Arrays of one to four dimensions, of anything, other arrays too.</summary>
internal static partial class ArrayShapes
{
    public const int MostDimensions = 4;

    public static Shape Of(Shape element, int dimensions) => new()
    {
        Name = Name(element.Name, dimensions),
        Make = dimensions == 1 ? "v.Several(M0)" : $"v.Grid{dimensions}(M0)",
        Show = "t.Grid(x, S0)",
        Parts = [element],
    };

    /// <summary>C# writes the outer array's dimensions first: an array of two dimensions whose elements are <c>int[]</c> is <c>int[,][]</c>.</summary>
    private static string Name(string element, int dimensions)
    {
        string inner = Ranks().Match(element).Value;
        return $"{element[..^inner.Length]}[{new string(',', dimensions - 1)}]{inner}";
    }

    [GeneratedRegex(@"(\[,*\])*$")]
    private static partial Regex Ranks();
}
