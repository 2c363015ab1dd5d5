using System.ComponentModel;

namespace DaemonRpc.CodeGen;

/// <summary>Translates requests into calls of the handler. Generated code derives one class per contract.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class Dispatcher
{
    /// <summary>The handler. The runtime disposes it when the daemon stops.</summary>
    public abstract object Target { get; }

    /// <summary>Returns the name of a method, or null if the contract has no method with this id.</summary>
    /// <param name="method">The method's id: a hash of its name and parameter types.</param>
    public abstract string? NameOf(uint method);

    /// <summary>Reads the arguments, calls the handler, and sends what the handler returned.</summary>
    /// <param name="method">The id of a method for which <see cref="NameOf"/> returns a name.</param>
    /// <param name="arguments">Reads the arguments in declaration order. All are read before the first await.</param>
    /// <param name="reply">Takes the result, or the items of a stream.</param>
    public abstract ValueTask DispatchAsync(uint method, ArgumentReader arguments, ReplyWriter reply);
}
