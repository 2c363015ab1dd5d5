using System.ComponentModel;
using System.IO.Pipelines;
using DaemonRpc.Passing;
using DaemonRpc.Serialization;
using DaemonRpc.Tasks;
using Microsoft.Win32.SafeHandles;

namespace DaemonRpc.CodeGen;

/// <summary>Reads the arguments of a request, one after another. Used by generated dispatchers.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class ArgumentReader
{
    private readonly Reply _reply;
    private ReadOnlyMemory<byte> _unread;
    private byte[]? _attachment;
    private ReceivedStreams? _streams;
    private int _count;
    private int _read;

    internal ArgumentReader(Reply reply) => _reply = reply;

    /// <summary>The token that is cancelled with the running task. The first read allocates the token's source; methods without a token never read it.</summary>
    public CancellationToken CancellationToken => _reply.Token;

    // Progress, streams and callbacks are arguments of contracts, not of callbacks.
    private TaskReply Task => (TaskReply)_reply;

    /// <summary>Points this reader at the arguments of the next request.</summary>
    internal void Begin(ReadOnlyMemory<byte> arguments, int count, byte[]? attachment = null, ReceivedStreams? streams = null)
    {
        _unread = count == 0 ? default : arguments;
        _attachment = attachment;
        _streams = streams;
        _count = count;
        _read = 0;
    }

    /// <summary>Forgets a request's files and streams, which its task has closed.</summary>
    internal void End() => _streams = null;

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

    /// <summary>Reads the next argument of a method that takes a file: the caller's, or null if the caller passed null. Closed when the task ends.</summary>
    /// <exception cref="DaemonProtocolException">The request has no further argument or descriptor, or its byte is none that a client sends.</exception>
    public SafeFileHandle NextFile() => NextTraits(out ReceivedStreams? streams) == StreamTraits.Null ? null! : streams!.NextFile();

    /// <summary>Reads the next argument of a method that takes a stream of bytes: the caller's, or null if the caller passed null. Closed when the task ends.</summary>
    /// <exception cref="DaemonProtocolException">The request has no further argument or descriptor, or its byte is none that a client sends.</exception>
    public Stream NextByteStream() => NextTraits(out ReceivedStreams? streams) is var traits and not StreamTraits.Null ? streams!.NextStream(traits) : null!;

    /// <summary>Reads the next argument of a method that takes a pipe's reader: the caller's, or null if the caller passed null. Closed when the task ends.</summary>
    /// <exception cref="DaemonProtocolException">The request has no further argument or descriptor, or its byte is none that a client sends.</exception>
    public PipeReader NextPipeReader() => NextTraits(out ReceivedStreams? streams) is var traits and not StreamTraits.Null ? streams!.NextReader(traits) : null!;

    /// <summary>
    /// Reads the next argument of a method that takes a pipe's writer: the caller's, or null if the caller passed null. Flushed and closed when the task ends.
    /// </summary>
    /// <exception cref="DaemonProtocolException">The request has no further argument or descriptor, or its byte is none that a client sends.</exception>
    public PipeWriter NextPipeWriter() => NextTraits(out ReceivedStreams? streams) is var traits and not StreamTraits.Null ? streams!.NextWriter(traits) : null!;

    /// <summary>
    /// Reads the next argument of a method that takes a pipe: the caller's, or null if the caller passed null. Flushed and closed when the task ends.
    /// </summary>
    /// <exception cref="DaemonProtocolException">The request has no further argument or descriptor, or its byte is none that a client sends.</exception>
    public IDuplexPipe NextDuplexPipe() => NextTraits(out ReceivedStreams? streams) is var traits and not StreamTraits.Null ? streams!.NextPipe(traits) : null!;

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

    private StreamTraits NextTraits(out ReceivedStreams? streams)
    {
        var traits = (StreamTraits)Next<byte>();
        streams = _streams;
        return traits switch
        {
            StreamTraits.Null => traits,
            _ when (traits & StreamTraits.Passed) == 0 || traits > (StreamTraits.Passed | StreamTraits.Reads | StreamTraits.Writes | StreamTraits.Copied) =>
                throw new DaemonProtocolException($"Argument {_read} is a file or stream of a kind that is not known ({(byte)traits})."),
            _ when streams is null =>
                throw new DaemonProtocolException($"Argument {_read} is a file or stream, and no descriptor came with the request, or its caller has gone."),
            _ => traits,
        };
    }
}
