namespace DaemonRpc.Transport;

/// <summary>A socket at which this process goes on listening, instead of creating one.</summary>
/// <param name="Descriptor">The listening socket.</param>
/// <param name="File">The file under which the socket is published.</param>
/// <param name="IsLent">Whether a service manager keeps the socket, whose file must stay when the daemon ends.</param>
internal readonly record struct InheritedSocket(int Descriptor, (ulong Device, ulong Inode) File, bool IsLent = false);
