namespace DaemonRpc.Docs.Tests;

/// <summary>The messages in the troubleshooting page are those of the runtime.</summary>
public sealed class TroubleshootingTests
{
    // What is shorter is found anywhere.
    private const int ShortestPiece = 8;

    private static readonly string[] s_messages =
    [
        .. TableRows.FirstCodes("docs/troubleshooting.md")
            .Where(static message => message.Contains(' ', StringComparison.Ordinal)),
    ];

    [Fact]
    public void Each_message_is_one_that_the_runtime_says()
    {
        string[] faults =
        [
            .. s_messages.SelectMany(static message => message.Split('…')
                .Select(static piece => piece.Trim(' ', ',', '.', ':', '(', ')', '\''))
                .Where(static piece => piece.Length >= ShortestPiece && !RuntimeSource.Texts.Contains(piece, StringComparison.Ordinal))
                .Select(piece => $"{message}\n  The runtime does not say: {piece}")),
        ];

        Assert.True(faults.Length == 0, string.Join('\n', faults));
    }

    [Fact]
    public void Messages_are_found() => Assert.True(s_messages.Length > 50);
}
