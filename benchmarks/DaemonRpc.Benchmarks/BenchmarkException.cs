namespace DaemonRpc.Benchmarks;

/// <summary>Why nothing could be measured, for people.</summary>
internal sealed class BenchmarkException(string message) : Exception(message);
