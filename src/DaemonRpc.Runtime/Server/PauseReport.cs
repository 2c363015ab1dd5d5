using DaemonRpc.Logging;
using Microsoft.Extensions.Logging;

namespace DaemonRpc.Server;

/// <summary>Logs when garbage collections have stopped the whole process, and so delayed the daemon's answers. Looks twice a second.</summary>
/// <param name="log">Receives the message.</param>
/// <param name="total">Returns the total pause time so far; replaced in tests.</param>
internal sealed class PauseReport(ILogger log, Func<TimeSpan>? total = null)
{
    // The documented response time of a daemon.
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

    /// <summary>Ignores pauses since the last look.</summary>
    public void Forget() => _last = _total();
}
