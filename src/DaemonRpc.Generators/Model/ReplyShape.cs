namespace DaemonRpc.Generators.Model;

/// <summary>How a method answers: what it returns, without the type of the value.</summary>
internal enum ReplyShape
{
    Task,
    TaskOfResult,
    ValueTask,
    ValueTaskOfResult,
    Stream,
}
