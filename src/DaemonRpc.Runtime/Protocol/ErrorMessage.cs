using System.Buffers;

namespace DaemonRpc.Protocol;

/// <summary>Why a call failed in the daemon.</summary>
internal sealed record ErrorMessage
{
    // What a text may be long, so that it fits into any frame: a file that an exception quotes is not a message.
    private const int LongestText = 64 * 1024;

    /// <summary>Whether it was the protocol that was violated, rather than the handler that threw.</summary>
    public bool IsProtocol { get; init; }

    public string Type { get; init; } = "";

    public string Message { get; init; } = "";

    public string? StackTrace { get; init; }

    /// <summary>What is told of an exception. Runs its code, which may take any time.</summary>
    public static ErrorMessage Of(Exception exception) => new()
    {
        IsProtocol = exception is DaemonProtocolException,
        // An error of another daemon, passed on by a handler, keeps the name it had there.
        Type = exception is DaemonRemoteException remote ? remote.RemoteType : exception.GetType().FullName ?? exception.GetType().Name,
        Message = TextOf(exception, static exception => exception.Message),
        StackTrace = Text(exception),
    };

    /// <summary>An exception with its stack, whatever its own code does. For a log.</summary>
    public static string Text(Exception exception) => TextOf(exception, static exception => exception.ToString());

    // Both are virtual, hence a handler's code, which may throw in its turn, or return nothing. The call must be answered all the same.
    private static string TextOf(Exception exception, Func<Exception, string?> text)
    {
        try
        {
            string whole = text(exception) ?? "";
            return whole.Length <= LongestText ? whole : whole[..LongestText] + "…";
        }
#pragma warning disable CA1031 // Whatever it is, there is nobody to tell but the caller, who is told here.
        catch (Exception inner)
#pragma warning restore CA1031
        {
            return $"(the text of {exception.GetType()} could not be made: {inner.GetType()})";
        }
    }

    public DaemonException ToException() =>
        IsProtocol ? new DaemonProtocolException(Message) : new DaemonRemoteException(Type, Message, StackTrace);

    public void Write(IBufferWriter<byte> output)
    {
        var fields = new FieldWriter(output);
        fields.Write(1, IsProtocol ? 1 : 0);
        Write(fields, 2);
    }

    /// <summary>Writes its texts into another message: three fields of it, from that number on.</summary>
    public void Write(FieldWriter fields, byte first)
    {
        fields.Write(first, Type);
        fields.Write((byte)(first + 1), Message);
        fields.Write((byte)(first + 2), StackTrace);
    }

    public static ErrorMessage Read(ReadOnlySpan<byte> message)
    {
        var error = new ErrorMessage();
        var fields = new FieldReader(message);
        while (fields.Next())
        {
            error = fields.Field switch
            {
                1 => error with { IsProtocol = fields.Integer() != 0 },
                _ => error.With(fields, 2),
            };
        }

        return error;
    }

    /// <summary>This one and what the current field of another message says of it. The same, if the field is none of the three.</summary>
    /// <param name="fields">The message.</param>
    /// <param name="first">The number of the first of the three.</param>
    public ErrorMessage With(in FieldReader fields, byte first) => (fields.Field - first) switch
    {
        0 => this with { Type = fields.Text() },
        1 => this with { Message = fields.Text() },
        2 => this with { StackTrace = fields.Text() },
        _ => this,
    };
}
