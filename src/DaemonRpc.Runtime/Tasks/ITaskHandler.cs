namespace DaemonRpc.Tasks;

/// <summary>Runs calls: the generated dispatcher and the user's handler behind it.</summary>
internal interface ITaskHandler
{
    /// <summary>The name of a method, or null when there is none of that id.</summary>
    string? NameOf(uint method);

    /// <summary>Runs user code.</summary>
    /// <param name="method">Its id.</param>
    /// <param name="arguments">Its arguments. Not valid any more when this has returned, though what it returns has not completed.</param>
    /// <param name="argumentCount">How many they are.</param>
    /// <param name="reply">Takes what it sends, and has its token.</param>
    ValueTask RunAsync(uint method, ReadOnlyMemory<byte> arguments, int argumentCount, TaskReply reply);

    /// <summary>Disposes what the user's factory made.</summary>
    ValueTask DisposeAsync();
}
