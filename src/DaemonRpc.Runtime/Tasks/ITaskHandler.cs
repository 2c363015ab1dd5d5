namespace DaemonRpc.Tasks;

/// <summary>Runs calls: the generated dispatcher and the user's handler behind it.</summary>
internal interface ITaskHandler
{
    /// <summary>The name of a method, or null when there is none of that id.</summary>
    string? NameOf(uint method);

    /// <summary>Runs user code.</summary>
    ValueTask RunAsync(uint method, ReadOnlyMemory<byte> arguments, int argumentCount, TaskReply reply, CancellationToken cancellationToken);

    /// <summary>Disposes what the user's factory made.</summary>
    ValueTask DisposeAsync();
}
