namespace DaemonRpc.Tool.Output;

/// <summary>Nobody reads standard output any more.</summary>
internal sealed class OutputClosedException(Exception innerException) : Exception("Standard output is closed.", innerException);
