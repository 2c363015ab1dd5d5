using DaemonRpc.Protocol;
using DaemonRpc.Session;

namespace DaemonRpc.Tasks;

/// <summary>A call that becomes a task when the slot has room for it.</summary>
/// <param name="Owner">The client's session.</param>
/// <param name="ClientProcessId">The client's process.</param>
/// <param name="CallId">The call's id in the session.</param>
/// <param name="Request">The request's header.</param>
/// <param name="Method">The method's name.</param>
/// <param name="Runner">Runs the task.</param>
internal readonly record struct AskedTask(ServerSession Owner, int ClientProcessId, uint CallId, RequestHeader Request, string Method, TaskRunner? Runner);
