using System.ComponentModel;
using DaemonRpc.Serialization;
using DaemonRpc.Tasks;

namespace DaemonRpc.CodeGen;

/// <summary>Reads the arguments of a request, one after another. Used by generated dispatchers.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class ArgumentReader
{
    private readonly Reply _reply;
    private ReadOnlyMemory<byte> _unread;
    private byte[]? _attachment;
    private int _count;
    private int _read;

    internal ArgumentReader(Reply reply) => _reply = reply;

    /// <summary>The token that is cancelled with the running task. The first read allocates the token's source; methods without a token never read it.</summary>
    public CancellationToken CancellationToken => _reply.Token;

    // Progress, streams and callbacks are arguments of contracts, not of callbacks.
    private TaskReply Task => (TaskReply)_reply;

    /// <summary>Points this reader at the arguments of the next request.</summary>
    internal void Begin(ReadOnlyMemory<byte> arguments, int count, byte[]? attachment = null)
    {
        _unread = count == 0 ? default : arguments;
        _attachment = attachment;
        _count = count;
        _read = 0;
    }

    /// <summary>
    /// Reads the next argument of a method that reports progress: what sends the reports to the caller, or null if the caller passed null.
    /// </summary>
    /// <exception cref="DaemonProtocolException">The request has no further argument, or its byte is neither 0 nor 1.</exception>
    public IProgress<T> NextProgress<T>() => Next<bool>() ? new ProgressReporter<T>(Task, (ushort)(_read - 1)) : null!;

    /// <summary>Reads the next argument of a method that takes a stream: what asks the caller for its items, or null if the caller passed null.</summary>
    /// <exception cref="DaemonProtocolException">The request has no further argument, or its byte is neither 0 nor 1.</exception>
    public IAsyncEnumerable<T> NextStream<T>() => Next<bool>() ? new CallerItems<T>(Task, (ushort)(_read - 1)) : null!;

    /// <summary>Reads the next argument of a method that takes a callback: what calls the caller's object, or null if the caller passed null.</summary>
    /// <param name="create">Creates the handler's view of the caller's object.</param>
    /// <exception cref="DaemonProtocolException">The request has no further argument, or its byte is neither 0 nor 1.</exception>
    public T NextCallback<T>(Func<CallbackChannel, T> create)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(create);
        return Next<bool>() ? create(new CallbackChannel(Task, (ushort)(_read - 1))) : null!;
    }

    /// <summary>Reads the next argument. Generated code reads all arguments before its first await.</summary>
    /// <exception cref="DaemonProtocolException">The request has no further argument, or its bytes do not form a <typeparamref name="T"/>.</exception>
    public T Next<T>()
    {
        if (_read == _count)
        {
            throw new DaemonProtocolException($"The request has {_count} arguments; the method takes more.");
        }

        // The reader is reused by later requests, so it must not keep a reference to the bytes of this one, even if reading fails.
        ReadOnlyMemory<byte> unread = _unread;
        byte[]? attachment = _attachment;
        _unread = default;
        _attachment = null;
        _read++;
        T? value = default;
        int size = Value.Read(unread.Span, ref attachment, ref value, "argument", _read);
        if (_read < _count)
        {
            _unread = unread[size..];
            _attachment = attachment;
        }

        return value!;
    }
}
