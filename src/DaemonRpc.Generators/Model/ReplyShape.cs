namespace DaemonRpc.Generators.Model;

/// <summary>The kind of a method's return type, without the type of the value.</summary>
internal enum ReplyShape
{
    Task,
    TaskOfResult,
    ValueTask,
    ValueTaskOfResult,
    Stream,
}
