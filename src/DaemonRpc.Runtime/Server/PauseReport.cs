using DaemonRpc.Logging;
using Microsoft.Extensions.Logging;

namespace DaemonRpc.Server;

/// <summary>Writes to the log when collections have kept the whole process from running, and so the daemon from answering. Looked at twice a second.</summary>
/// <param name="log">Told of it.</param>
/// <param name="total">How long they have, all in all; a test says something else than the runtime.</param>
internal sealed class PauseReport(ILogger log, Func<TimeSpan>? total = null)
{
    // What a daemon promises to answer within.
    private static readonly TimeSpan s_promised = TimeSpan.FromMilliseconds(50);

    private readonly Func<TimeSpan> _total = total ?? GC.GetTotalPauseDuration;
    private TimeSpan _last;

    public void Look()
    {
        TimeSpan now = _total();
        TimeSpan paused = now - _last;
        _last = now;
        if (paused >= s_promised)
        {
            LogMessages.Paused(log, paused.TotalMilliseconds);
        }
    }

    /// <summary>Leaves out what has been since the last look.</summary>
    public void Forget() => _last = _total();
}
