using DaemonRpc.Protocol;
using DaemonRpc.Session;

namespace DaemonRpc.Tasks;

/// <summary>A call that becomes a task when the slot has room for it.</summary>
/// <param name="Owner">Whose it is.</param>
/// <param name="ClientProcessId">That client's process.</param>
/// <param name="CallId">Which of its calls.</param>
/// <param name="Request">What it asks for.</param>
/// <param name="Method">The same by name.</param>
/// <param name="Runner">What runs it.</param>
internal readonly record struct AskedTask(ServerSession Owner, int ClientProcessId, uint CallId, RequestHeader Request, string Method, TaskRunner? Runner);
