namespace CodeSearch.Output;

/// <summary>Standard error: everything that is not a result.</summary>
internal static class Errors
{
    /// <summary>Says what went wrong, in the form of all tools: the name first.</summary>
    public static void Say(string sentence) => Console.Error.WriteLine($"codesearch: {sentence}");

    /// <summary>Writes a line as it is.</summary>
    public static void Write(string line) => Console.Error.WriteLine(line);
}
