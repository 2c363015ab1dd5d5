namespace DaemonRpc.BuildTasks.Tests.Shapes;

/// <summary>What a type argument has to be.</summary>
internal enum Wanted
{
    Anything,
    Reference,
    PlainStruct,
    Key,
    Ordered,
}

/// <summary>Makes a type of other types: a collection, an array, a tuple, a generic record.</summary>
/// <param name="Name">The type with <c>T0</c>, <c>T1</c>… for its arguments.</param>
/// <param name="Make">How a value is made, as in <see cref="Shape.Make"/>.</param>
/// <param name="Show">How a value is shown, as in <see cref="Shape.Show"/>.</param>
/// <param name="Arguments">What each argument has to be.</param>
internal sealed record ShapeConstructor(string Name, string Make, string Show, params Wanted[] Arguments)
{
    public bool IsStruct { get; init; }

    /// <summary>Whether the struct can be put in a <see cref="Nullable{T}"/>.</summary>
    public bool IsNullable { get; init; } = true;

    public Shape Of(params Shape[] parts) => new()
    {
        Name = Name,
        Make = Make,
        Show = Show,
        Parts = [.. parts],
        IsReference = !IsStruct,
        IsPlainStruct = IsStruct && IsNullable,
    };
}
