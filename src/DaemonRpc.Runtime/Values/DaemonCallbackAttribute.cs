namespace DaemonRpc;

/// <summary>
/// Marks an interface that callers implement and pass to a contract's method, so that the handler can ask its caller something while the call runs:
/// prompt, confirm, choose.
/// </summary>
/// <remarks>
/// The interface's methods return <see cref="Task"/>, <see cref="Task{T}"/>, <see cref="ValueTask"/> or <see cref="ValueTask{T}"/>, and take values and
/// at most one <see cref="CancellationToken"/>. In the daemon the object is valid until the call ends; a later use throws an
/// <see cref="InvalidOperationException"/>. The caller's method runs in the thread pool. Its exception reaches the handler as
/// <see cref="DaemonRemoteException"/>, and the caller itself if the handler lets it pass.
/// </remarks>
[AttributeUsage(AttributeTargets.Interface, Inherited = false)]
public sealed class DaemonCallbackAttribute : Attribute;
