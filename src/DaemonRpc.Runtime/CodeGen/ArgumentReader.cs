using System.ComponentModel;
using DaemonRpc.Serialization;
using DaemonRpc.Tasks;

namespace DaemonRpc.CodeGen;

/// <summary>Reads the arguments of a request, one after another. Used by generated dispatchers.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class ArgumentReader
{
    private readonly TaskReply _reply;
    private ReadOnlyMemory<byte> _unread;
    private byte[]? _attachment;
    private int _count;
    private int _read;

    internal ArgumentReader(TaskReply reply) => _reply = reply;

    /// <summary>Cancelled when somebody cancels the task. Costs something when first read: methods without a token do not.</summary>
    public CancellationToken CancellationToken => _reply.Token;

    /// <summary>Makes it the reader of a request.</summary>
    internal void Begin(ReadOnlyMemory<byte> arguments, int count, byte[]? attachment = null)
    {
        _unread = count == 0 ? default : arguments;
        _attachment = attachment;
        _count = count;
        _read = 0;
    }

    /// <summary>The next argument. All are to be read before the first wait.</summary>
    /// <exception cref="DaemonProtocolException">The request has no further argument, or its bytes are not of this type.</exception>
    public T Next<T>()
    {
        if (_read == _count)
        {
            throw new DaemonProtocolException($"The request has {_count} arguments; the method takes more.");
        }

        // This serves for later requests, so it does not hold on to the bytes of one that were read, or could not be.
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
