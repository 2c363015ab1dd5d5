namespace DaemonRpc.Tasks;

/// <summary>Starts a thread of that name. Tests decide themselves when each goes on.</summary>
internal delegate void StartThread(string name, Action work);

/// <summary>A thread of its own for what must go on although a handler blocks every thread of the pool.</summary>
internal static class OwnThread
{
    public static void Start(string name, Action work) => new Thread(() => work()) { IsBackground = true, Name = name }.Start();
}
