namespace DaemonRpc.Calls;

/// <summary>The result type of a method without a result.</summary>
internal readonly struct NoResult;
