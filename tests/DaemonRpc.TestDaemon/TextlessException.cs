namespace DaemonRpc.TestDaemon;

/// <summary>An exception whose own code is what goes wrong when somebody wants to know what it says.</summary>
/// <param name="how"><c>hang</c>: its texts never come; <c>throw</c>, <c>null</c>; <c>huge</c>: they are larger than any frame may be.</param>
internal sealed class TextlessException(string how) : Exception
{
    public override string Message => Text();

    public override string? StackTrace => Text();

    public override string ToString() => Text();

    private string Text()
    {
        switch (how)
        {
            case "hang":
                Thread.Sleep(Timeout.Infinite);
                return "";
            case "throw":
                throw new InvalidOperationException("There is no text.");
            case "huge":
                return new string('x', 20_000_000);
            default:
                return null!;
        }
    }
}
