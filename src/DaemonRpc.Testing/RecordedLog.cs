using Microsoft.Extensions.Logging;

namespace DaemonRpc.Testing;

/// <summary>A message that a daemon of a <see cref="TestDaemon"/> logged.</summary>
/// <param name="Category">The logger's category: the contract's id for what the handler logs, <c>DaemonRpc</c> or <c>DaemonRpc.Tasks</c> for the daemon itself.</param>
/// <param name="Level">The message's level.</param>
/// <param name="Message">The message, formatted.</param>
/// <param name="Exception">The exception that was logged with it, or null.</param>
public sealed record RecordedLog(string Category, LogLevel Level, string Message, Exception? Exception)
{
    /// <summary>Formats the message as one line, such as <c>Warning com.acme.words: The index is old.</c></summary>
    public override string ToString() => $"{Level} {Category}: {Message}";
}
