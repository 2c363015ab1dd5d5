namespace DaemonRpc.Runtime.Tests.Histories;

/// <summary>Holds back work that would run on threads of its own, until the history says when it runs.</summary>
internal sealed class HeldThreads
{
    public const string Task = "DaemonRpc task";
    public const string Resumption = "DaemonRpc resumption";
    public const string Token = "DaemonRpc cancel";
    public const string Grace = "DaemonRpc grace";
    public const string Limits = "DaemonRpc waits";
    public const string End = "DaemonRpc end";

    private readonly List<(string Name, HistoryCall? Call, Action Work)> _held = [];

    public bool Any => _held.Count > 0;

    public void Hold(string name, HistoryCall? call, Action work) => _held.Add((name, call, work));

    /// <summary>Takes out one of that name, or of the other. False when there is none.</summary>
    public bool TryTake(string name, int which, out HistoryCall? call, out Action work, string? orName = null)
    {
        List<(string Name, HistoryCall? Call, Action Work)> all = _held.FindAll(held => held.Name == name || held.Name == orName);
        (_, call, work) = all.Count == 0 ? default : all[which % all.Count];
        return all.Count > 0 && _held.Remove(all[which % all.Count]);
    }
}
