using System.Buffers;

namespace DaemonRpc.Protocol;

/// <summary>Why a call failed in the daemon.</summary>
internal sealed record ErrorMessage
{
    /// <summary>Whether it was the protocol that was violated, rather than the handler that threw.</summary>
    public bool IsProtocol { get; init; }

    public string Type { get; init; } = "";

    public string Message { get; init; } = "";

    public string? StackTrace { get; init; }

    public static ErrorMessage Of(Exception exception) => new()
    {
        IsProtocol = exception is DaemonProtocolException,
        // An error of another daemon, passed on by a handler, keeps the name it had there.
        Type = exception is DaemonRemoteException remote ? remote.RemoteType : exception.GetType().FullName ?? exception.GetType().Name,
        Message = TextOf(exception, static exception => exception.Message),
        StackTrace = TextOf(exception, static exception => exception.ToString()),
    };

    // Both are virtual, hence a handler's code, which may throw in its turn. The call must be answered all the same.
    private static string TextOf(Exception exception, Func<Exception, string> text)
    {
        try
        {
            return text(exception);
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
        fields.Write(2, Type);
        fields.Write(3, Message);
        fields.Write(4, StackTrace);
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
                2 => error with { Type = fields.Text() },
                3 => error with { Message = fields.Text() },
                4 => error with { StackTrace = fields.Text() },
                _ => error,
            };
        }

        return error;
    }
}
