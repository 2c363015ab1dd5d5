namespace DaemonRpc.Generators.Model;

/// <summary>The kind of a method's return type, without the type of the value.</summary>
internal enum ReplyShape
{
    Task,
    TaskOfResult,
    ValueTask,
    ValueTaskOfResult,
    Stream,

    /// <summary>A <c>Task&lt;Stream&gt;</c>.</summary>
    TaskOfByteStream,

    /// <summary>A <c>ValueTask&lt;Stream&gt;</c>.</summary>
    ValueTaskOfByteStream,
}
