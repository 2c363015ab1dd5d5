using DaemonRpc.Program;
using DaemonRpc.Tasks;

namespace DaemonRpc.CodeGen;

/// <summary>Creates a handler for each task, instead of one handler for the daemon's life.</summary>
internal abstract class PerTaskHandlers : HandlerSource
{
    /// <summary>Called before the daemon begins.</summary>
    /// <param name="options">A copy of the user's settings.</param>
    /// <param name="isLaunched">
    /// Whether a client waits for the process to become the daemon. What takes long, and what can fail, then belongs into <see cref="MakeAsync"/>.
    /// </param>
    /// <returns>The settings with which the daemon begins.</returns>
    public abstract DaemonOptions Begin(DaemonOptions options, bool isLaunched);

    /// <summary>Creates what runs the tasks. Called once, when the daemon can be found; clients wait meanwhile.</summary>
    /// <param name="context">The daemon.</param>
    /// <param name="options">The settings from <see cref="Begin"/>. The idle timeout, the cancel grace and the disconnect behaviour can still be changed.</param>
    /// <param name="dispatch">Runs a call with a handler.</param>
    /// <param name="stopping">Is cancelled when the daemon is to stop.</param>
    public abstract ValueTask<ITaskHandler> MakeAsync(DaemonContext context, DaemonOptions options, HandlerDispatch dispatch, CancellationToken stopping);
}

/// <summary>Runs each call with a handler of its own.</summary>
/// <param name="dispatcher">Creates the generated dispatcher of a handler. A dispatcher without a handler knows the methods' names.</param>
/// <param name="methods">The forms in which clients of other builds may call the methods; null if nothing is known of them.</param>
internal sealed class HandlerDispatch(Func<object?, Dispatcher> dispatcher, MethodTable? methods)
{
    private readonly DispatcherHandler _shared = new(dispatcher(null), methods);

    public string? NameOf(uint method) => _shared.NameOf(method);

    /// <summary>Runs a method of a handler, as <see cref="ITaskHandler.RunAsync"/> does.</summary>
    public ValueTask RunAsync(object target, uint method, ReadOnlyMemory<byte> arguments, int argumentCount, TaskReply reply) =>
        _shared.RunAsync(dispatcher(target), method, arguments, argumentCount, reply);
}
