using System.ComponentModel;
using DaemonRpc.Tasks;

namespace DaemonRpc.CodeGen;

/// <summary>Reads the arguments of a request, one after another. Used by generated dispatchers.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class ArgumentReader
{
    private readonly TaskReply _reply;
    private ReadOnlyMemory<byte> _arguments;
    private int _count;
    private int _read;
    private int _offset;

    internal ArgumentReader(TaskReply reply) => _reply = reply;

    /// <summary>Cancelled when somebody cancels the task. Costs something when first read: methods without a token do not.</summary>
    public CancellationToken CancellationToken => _reply.Token;

    /// <summary>Makes it the reader of a request.</summary>
    internal void Begin(ReadOnlyMemory<byte> arguments, int count)
    {
        _arguments = arguments;
        _count = count;
        _read = _offset = 0;
    }

    /// <summary>The next argument. All are to be read before the first wait.</summary>
    /// <exception cref="DaemonProtocolException">The request has no further argument, or its bytes are not of this type.</exception>
    public T Next<T>()
    {
        if (_read == _count)
        {
            throw new DaemonProtocolException($"The request has {_count} arguments; the method takes more.");
        }

        _read++;
        T? value = default;
        _offset += Value.Read(_arguments.Span[_offset..], ref value, "argument", _read);
        return value!;
    }
}
