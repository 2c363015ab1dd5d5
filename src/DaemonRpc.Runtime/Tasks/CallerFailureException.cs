using DaemonRpc.Protocol;

namespace DaemonRpc.Tasks;

/// <summary>What a handler gets when its caller's code has failed: a stream or a callback that the caller passed.</summary>
/// <remarks>If the handler lets it pass, its caller gets the exception object of its own code, which <see cref="Ask"/> leads to.</remarks>
/// <param name="asks">The asks of the task whose caller failed.</param>
/// <param name="ask">The number of the ask that failed.</param>
/// <param name="error">The failure.</param>
internal sealed class CallerFailureException(CallerAsks asks, uint ask, ErrorMessage error) : DaemonRemoteException(error.Type, error.Message, error.StackTrace)
{
    public CallerAsks Asks => asks;

    public uint Ask => ask;

    /// <summary>Formats this exception, followed by the caller's exception type and stack trace.</summary>
    public override string ToString() => ToString("in the caller");
}
