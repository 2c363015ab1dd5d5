namespace DaemonRpc.TestDaemon.Stress;

/// <summary>What an object throws that a caller passed. The handler knows it by its name, the caller as the same object.</summary>
internal sealed class OwnFailureException() : Exception("As the caller planned it.");
