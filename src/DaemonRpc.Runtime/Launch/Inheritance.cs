namespace DaemonRpc.Launch;

/// <summary>What a daemon leaves to the program that takes over in its process.</summary>
/// <param name="InstanceLock">The descriptor of the instance lock, which stays held throughout.</param>
/// <param name="Listener">The descriptor of the listening socket, in whose backlog clients wait meanwhile.</param>
/// <param name="Name">The descriptor of the instance lock's name in the kernel; null where there is none.</param>
internal sealed record Inheritance(int InstanceLock, int Listener, int? Name);
