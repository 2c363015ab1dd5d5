namespace CodeSearch.Platform;

/// <summary>Says why a file or directory could not be read, in the words that other tools use.</summary>
internal static class Reason
{
    public static string Of(Exception exception) => exception switch
    {
        UnauthorizedAccessException => "Permission denied",
        FileNotFoundException or DirectoryNotFoundException => "No such file or directory",
        _ => exception.Message,
    };
}
