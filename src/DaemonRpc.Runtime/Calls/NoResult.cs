namespace DaemonRpc.Calls;

/// <summary>What a method returns that returns nothing.</summary>
internal readonly struct NoResult;
