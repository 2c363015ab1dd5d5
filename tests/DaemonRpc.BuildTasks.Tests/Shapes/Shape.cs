using System.Globalization;
using System.Text.RegularExpressions;

namespace DaemonRpc.BuildTasks.Tests.Shapes;

/// <summary>One type of a generated contract: its name, how a value of it is made, and how one is shown as text.</summary>
/// <remarks>
/// In every template <c>T0</c> stands for the name of the first part, <c>M0</c> for the method that makes one and <c>S0</c> for the
/// method that shows one. The generated program calls these methods directly, so what judges the values shares no code with what sends them.
/// </remarks>
internal sealed partial class Shape
{
    private readonly string _name = "";

    /// <summary>The type in C#.</summary>
    public required string Name
    {
        get => Named(_name);
        init => _name = value;
    }

    /// <summary>An expression that makes a value from <c>v</c>.</summary>
    public required string Make { get; init; }

    /// <summary>A statement that appends the value <c>x</c> to the text <c>t</c>.</summary>
    public required string Show { get; init; }

    /// <summary>The types that the templates number. A recursive type is added to its own parts.</summary>
    public List<Shape> Parts { get; init; } = [];

    /// <summary>The declaration of a user's type, or null for a type of the framework.</summary>
    public string? Declaration { get; init; }

    public bool IsReference { get; init; } = true;

    /// <summary>Whether a value can be null inside <see cref="Nullable{T}"/>: only what is a struct and not nullable itself.</summary>
    public bool IsPlainStruct { get; init; }

    /// <summary>Whether two values made alike are equal, so that a set or a dictionary of them can be read back.</summary>
    public bool IsKey { get; init; }

    /// <summary>Whether values have an order, as sorted collections want.</summary>
    public bool IsOrdered { get; init; }

    /// <summary>Replaces the placeholders of the names, which are all that a declaration or a name holds.</summary>
    public string Named(string template) => Placeholder().Replace(template, match => Part(match).Name);

    /// <summary>Replaces all placeholders; <paramref name="number"/> is what the methods of a part are numbered with.</summary>
    public string Filled(string template, Func<Shape, int> number) => Placeholder().Replace(template, match => match.Value[0] switch
    {
        'T' => Part(match).Name,
        'M' => "Make" + number(Part(match)).ToString(CultureInfo.InvariantCulture),
        _ => "Show" + number(Part(match)).ToString(CultureInfo.InvariantCulture),
    });

    public override string ToString() => Name;

    [GeneratedRegex(@"\b[TMS][0-9]\b")]
    private static partial Regex Placeholder();

    private Shape Part(Match match) => Parts[match.Value[1] - '0'];
}
