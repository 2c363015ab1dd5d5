using System.ComponentModel;
using System.Runtime.CompilerServices;
using DaemonRpc.Tasks;

namespace DaemonRpc.CodeGen;

/// <summary>Calls a callback that a caller passed, while its call runs. Used by generated code.</summary>
/// <remarks>Safe from any thread.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class CallbackChannel
{
    private readonly CallerAsks _asks;
    private readonly Func<CancellationToken> _token;
    private readonly int _maxFrameBytes;
    private readonly ushort _argument;

    internal CallbackChannel(TaskReply reply, ushort argument)
    {
        _asks = reply.BeginAsks();
        _token = reply.TokenSource;
        _maxFrameBytes = reply.MaxFrameBytes;
        _argument = argument;
    }

    /// <summary>Begins a call of the callback.</summary>
    /// <param name="method">The method's id: a hash of its name and parameter types.</param>
    /// <param name="name">The method's name for people, by default the name of the calling member, which implements the method.</param>
    public CallbackRequest Request(uint method, [CallerMemberName] string name = "") =>
        new(new CallbackCall(_asks, _argument, method, name, _maxFrameBytes, _token()));
}
