namespace DaemonRpc.Tasks;

/// <summary>Runs calls. Stands for the generated dispatcher and the user's handler behind it.</summary>
internal interface ITaskHandler
{
    /// <summary>Returns the name of a method, or null when no method has this id.</summary>
    string? NameOf(uint method);

    /// <summary>Runs a method of the user's handler.</summary>
    /// <param name="method">The method's id.</param>
    /// <param name="arguments">The arguments. Valid only until this method returns, even if the returned task has not completed.</param>
    /// <param name="argumentCount">The number of arguments.</param>
    /// <param name="reply">Sends the results, and has the task's token.</param>
    ValueTask RunAsync(uint method, ReadOnlyMemory<byte> arguments, int argumentCount, TaskReply reply);

    /// <summary>Disposes the user's handler.</summary>
    ValueTask DisposeAsync();
}
