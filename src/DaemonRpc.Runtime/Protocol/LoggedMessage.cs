using System.Buffers;
using Microsoft.Extensions.Logging;

namespace DaemonRpc.Protocol;

/// <summary>A message that a task has logged, for its caller; or only how many messages before were lost.</summary>
internal sealed record LoggedMessage
{
    // The longest text in characters, so that neither a message costs a caller much that did not expect it, nor the credit is used up by a few.
    private const int LongestText = 16 * 1024;

    private const byte FirstOfError = 5;
    private const byte LostField = 8;

    /// <summary>The level; null if there is no message.</summary>
    public LogLevel? Level { get; init; }

    public string Text { get; init; } = "";

    public int EventId { get; init; }

    public string? EventName { get; init; }

    /// <summary>The exception that was logged with the message, or null.</summary>
    public ErrorMessage? Error { get; init; }

    /// <summary>How many messages were lost before this one.</summary>
    public long Lost { get; init; }

    /// <summary>Formats what a logger was given. Runs the code of the message and of the exception. Long texts are cut.</summary>
    public static LoggedMessage Of<TState>(LogLevel level, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => new()
    {
        Level = level,
        Text = Cut(TextOf(state, exception, formatter)),
        EventId = eventId.Id,
        EventName = eventId.Name is { } name ? Cut(name) : null,
        Error = exception is null ? null : ErrorMessage.Of(exception).Cut(LongestText),
    };

    /// <summary>Writes how many messages were lost, as a message of its own or as a part of the one that is written next.</summary>
    public static void WriteLost(IBufferWriter<byte> output, long lost) => new FieldWriter(output).Write(LostField, lost);

    public void Write(IBufferWriter<byte> output)
    {
        var fields = new FieldWriter(output);
        if (Level is { } level)
        {
            fields.Write(1, (long)level);
            fields.Write(2, Text);
            fields.Write(3, EventId);
            fields.Write(4, EventName);
            Error?.Write(fields, FirstOfError);
        }

        if (Lost > 0)
        {
            WriteLost(output, Lost);
        }
    }

    /// <exception cref="DaemonProtocolException">The message is malformed, or has a level that does not exist.</exception>
    public static LoggedMessage Read(ReadOnlySpan<byte> message)
    {
        var logged = new LoggedMessage();
        var fields = new FieldReader(message);
        while (fields.Next())
        {
            logged = fields.Field switch
            {
                1 => logged with { Level = LevelOf(fields.Integer()) },
                2 => logged with { Text = fields.Text() },
                3 => logged with { EventId = fields.Int32() },
                4 => logged with { EventName = fields.Text() },
                >= FirstOfError and < LostField => logged with { Error = (logged.Error ?? new ErrorMessage()).With(fields, FirstOfError) },
                LostField => logged with { Lost = fields.Integer() },
                _ => logged,
            };
        }

        return logged;
    }

    private static LogLevel LevelOf(long level) => level is >= (long)LogLevel.Trace and < (long)LogLevel.None
        ? (LogLevel)level
        : throw new DaemonProtocolException($"A log message has the level {level}, which does not exist.");

    private static string Cut(string text) => text.Length <= LongestText ? text : text[..LongestText] + "…";

    private static string TextOf<TState>(TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        try
        {
            return formatter(state, exception) ?? "";
        }
#pragma warning disable CA1031 // Whether a caller listens must not decide whether the handler gets an exception. The caller is told here.
        catch (Exception inner)
#pragma warning restore CA1031
        {
            return $"(the text of the message could not be made: {inner.GetType()})";
        }
    }
}
