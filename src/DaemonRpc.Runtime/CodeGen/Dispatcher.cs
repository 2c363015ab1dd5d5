using System.ComponentModel;

namespace DaemonRpc.CodeGen;

/// <summary>Turns a request into a call of the handler. Derived by generated code, one class per contract.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class Dispatcher
{
    /// <summary>The handler, for disposal when the daemon stops.</summary>
    public abstract object Target { get; }

    /// <summary>The name of a method, or null when the contract has no method of that id.</summary>
    /// <param name="method">The id: a hash of name and parameter types.</param>
    public abstract string? NameOf(uint method);

    /// <summary>Reads the arguments, calls the handler, and writes what it returned.</summary>
    /// <param name="method">An id that <see cref="NameOf"/> knows.</param>
    /// <param name="arguments">The arguments, in the order of the declaration, and the token. Read before the first wait.</param>
    /// <param name="reply">Takes the result, or the items of a stream.</param>
    public abstract ValueTask DispatchAsync(uint method, ArgumentReader arguments, ReplyWriter reply);
}
