using DaemonRpc.Protocol;
using DaemonRpc.Tasks;
using DaemonRpc.Telemetry;

namespace DaemonRpc.Server;

/// <summary>What listeners learn of a daemon.</summary>
internal sealed class ObservedDaemon : IObservedDaemon
{
    private readonly Welcome _welcome;
    private readonly TaskSlot _slot;

    private ObservedDaemon(Welcome welcome, TaskSlot slot) => (_welcome, _slot) = (welcome, slot);

    public string Id => _welcome.Id;

    public string Instance => _welcome.Instance;

    public int Waiting => _slot.Waiting;

    public bool IsBusy => _slot.Holder is not null;

    /// <summary>Begins to observe a daemon, until <see cref="DaemonMetrics.Remove"/>.</summary>
    public static ObservedDaemon Begin(Welcome welcome, TaskSlot slot)
    {
        Listening.Begin();
        var daemon = new ObservedDaemon(welcome, slot);
        DaemonMetrics.Add(daemon);
        return daemon;
    }

    /// <summary>Counts a call that is refused.</summary>
    public void Refused(RefusalReason reason)
    {
        if (Listening.IsPossible)
        {
            DaemonMetrics.Refused(Id, reason);
        }
    }
}
