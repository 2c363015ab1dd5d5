using System.Buffers;

namespace DaemonRpc.Protocol;

/// <summary>Why a call failed in the daemon.</summary>
internal sealed record ErrorMessage
{
    // The longest text, so that an error fits into any frame, even if an exception quotes a whole file.
    private const int LongestText = 64 * 1024;

    /// <summary>Whether the call violated the protocol; otherwise the handler threw.</summary>
    public bool IsProtocol { get; init; }

    public string Type { get; init; } = "";

    public string Message { get; init; } = "";

    public string? StackTrace { get; init; }

    /// <summary>The name of the fault's type; empty if there is no fault.</summary>
    public string FaultType { get; init; } = "";

    /// <summary>The bytes of the fault.</summary>
    public ReadOnlyMemory<byte> Fault { get; init; }

    /// <summary>The number of the <see cref="Protocol.Ask"/> that the client answered with this error, if the handler let it pass; otherwise 0.</summary>
    public uint Ask { get; init; }

    /// <summary>Creates the message for an exception. Runs the exception's own code, which may take any time.</summary>
    public static ErrorMessage Of(Exception exception) => new()
    {
        IsProtocol = exception is DaemonProtocolException,
        // If a handler passes on the error of another daemon, the error keeps its original type name.
        Type = exception is DaemonRemoteException remote ? remote.RemoteType : exception.GetType().FullName ?? exception.GetType().Name,
        Message = TextOf(exception, static exception => exception.Message),
        StackTrace = Text(exception),
    };

    /// <summary>Formats an exception with its stack for a log, even if the exception's own code throws.</summary>
    public static string Text(Exception exception) => TextOf(exception, static exception => exception.ToString());

    // Message and ToString are virtual, so they may be a handler's code, which may throw or return null. The call must be answered nevertheless.
    private static string TextOf(Exception exception, Func<Exception, string?> text)
    {
        try
        {
            string whole = text(exception) ?? "";
            return Cut(whole, LongestText);
        }
#pragma warning disable CA1031 // Whatever it is, there is nobody to tell but the caller, who is told here.
        catch (Exception inner)
#pragma warning restore CA1031
        {
            return $"(the text of {exception.GetType()} could not be made: {inner.GetType()})";
        }
    }

    /// <summary>Returns this error with texts of at most this many characters.</summary>
    public ErrorMessage Cut(int length) => this with { Type = Cut(Type, length), Message = Cut(Message, length), StackTrace = StackTrace is null ? null : Cut(StackTrace, length) };

    private static string Cut(string text, int length) => text.Length <= length ? text : text[..length] + "…";

    public DaemonException ToException() =>
        IsProtocol ? new DaemonProtocolException(Message) : new DaemonRemoteException(Type, Message, StackTrace);

    public void Write(IBufferWriter<byte> output)
    {
        var fields = new FieldWriter(output);
        fields.Write(1, IsProtocol ? 1 : 0);
        Write(fields, 2);
        if (FaultType.Length > 0)
        {
            fields.Write(5, FaultType);
            fields.Write(6, Fault.Span);
        }

        if (Ask > 0)
        {
            fields.Write(7, Ask);
        }
    }

    /// <summary>Writes the error's texts into another message, as three fields that begin at the given number.</summary>
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
                5 => error with { FaultType = fields.Text() },
                6 => error with { Fault = fields.Bytes().ToArray() },
                7 => error with { Ask = (uint)fields.Integer() },
                _ => error.With(fields, 2),
            };
        }

        return error;
    }

    /// <summary>Returns this error with the text from another message's current field added; unchanged if the field is not one of the three.</summary>
    /// <param name="fields">The other message.</param>
    /// <param name="first">The number of the first of the three fields.</param>
    public ErrorMessage With(in FieldReader fields, byte first) => (fields.Field - first) switch
    {
        0 => this with { Type = fields.Text() },
        1 => this with { Message = fields.Text() },
        2 => this with { StackTrace = fields.Text() },
        _ => this,
    };
}
