namespace DaemonRpc.BuildTasks.Tests.Shapes;

/// <summary>Tuples of one to eight types, as classes and as structs.</summary>
internal static class TupleShapes
{
    public const int Most = 8;

    public static Shape Class(params Shape[] parts)
    {
        int count = parts.Length;
        return new()
        {
            Name = count == Most ? $"Tuple<{List("T", Most - 1)}, Tuple<T7>>" : $"Tuple<{List("T", count)}>",
            Make = count == Most ? $"new({Makes(Most - 1)}, new(M7(v)))" : $"new({Makes(count)})",
            Show = Shows(count, "x.Rest.Item1"),
            Parts = [.. parts],
        };
    }

    public static Shape Struct(params Shape[] parts)
    {
        int count = parts.Length;
        return new()
        {
            Name = count == 1 ? "ValueTuple<T0>" : $"({List("T", count)})",
            Make = count == 1 ? "new(M0(v))" : $"({Makes(count)})",
            Show = Shows(count, "x.Item8"),
            Parts = [.. parts],
            IsReference = false,
            IsPlainStruct = true,
            IsKey = parts.All(part => part.IsKey),
            IsOrdered = parts.All(part => part.IsOrdered),
        };
    }

    private static string Makes(int count) => string.Join(", ", Enumerable.Range(0, count).Select(part => $"M{part}(v)"));

    private static string List(string letter, int count) => string.Join(", ", Enumerable.Range(0, count).Select(part => $"{letter}{part}"));

    private static string Shows(int count, string eighth) =>
        string.Join("; ", Enumerable.Range(0, count).Select(part => $"S{part}(t, {(part == Most - 1 ? eighth : $"x.Item{part + 1}")})"));
}
