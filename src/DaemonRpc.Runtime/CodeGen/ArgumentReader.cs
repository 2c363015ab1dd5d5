using System.ComponentModel;

namespace DaemonRpc.CodeGen;

/// <summary>Reads the arguments of a request, one after another. Used by generated dispatchers.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class ArgumentReader
{
    private readonly ReadOnlyMemory<byte> _arguments;
    private readonly int _count;
    private int _read;
    private int _offset;

    internal ArgumentReader(ReadOnlyMemory<byte> arguments, int count)
    {
        _arguments = arguments;
        _count = count;
    }

    /// <summary>The next argument.</summary>
    /// <exception cref="DaemonProtocolException">The request has no further argument, or its bytes are not of this type.</exception>
    public T Next<T>()
    {
        if (_read == _count)
        {
            throw new DaemonProtocolException($"The request has {_count} arguments; the method takes more.");
        }

        _read++;
        T? value = default;
        _offset += Value.Read(_arguments.Span[_offset..], ref value, $"argument {_read}");
        return value!;
    }
}
