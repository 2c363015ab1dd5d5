using DaemonRpc.Framing;
using DaemonRpc.Launch;
using DaemonRpc.Protocol;
using DaemonRpc.Session;

namespace DaemonRpc.Control;

/// <summary>Distinguishes a slow daemon from one that no longer answers, by asking for its status now and then.</summary>
internal static class LivenessProbe
{
    /// <summary>Waits for an answer as long as the daemon shows that it is alive.</summary>
    /// <param name="session">The connection over which the answer comes.</param>
    /// <param name="answer">The answer. Also completes when the connection ends.</param>
    /// <param name="patience">How long the daemon may take to report its status; also the interval between probes.</param>
    /// <returns>False when the daemon did not report its status in time: the answer may never come.</returns>
    public static async Task<bool> WaitAsync(ClientSession session, Task answer, TimeSpan patience)
    {
        while (true)
        {
            Task<byte[]?> sign = ControlCall.AskAsync(session, FrameKind.StatusQuery, FrameBuffer.Rent(), CancellationToken.None);
            if (!await IsDoneAsync(Task.WhenAny(answer, sign), patience).ConfigureAwait(false))
            {
                return false;
            }

            // No status means that the connection has ended; the awaited answer then reports that.
            if (answer.IsCompleted || await sign.ConfigureAwait(false) is null || await IsDoneAsync(answer, patience).ConfigureAwait(false))
            {
                return true;
            }
        }
    }

    /// <summary>Creates the exception for a daemon that did not report its status in time.</summary>
    public static DaemonUnresponsiveException Missing(DaemonAddress address, Welcome daemon, TimeSpan patience, string what, Exception? cause = null) => new(
        $"{what}The daemon {address} (process {daemon.ProcessId}) let this client in, but did not say within {patience.TotalSeconds:0.###} s what it does. It may be stopped or overloaded; it was left alone. Look at its log, {address.LogPath}, or end it.", cause);

    private static async Task<bool> IsDoneAsync(Task task, TimeSpan timeout)
    {
        try
        {
            await task.WaitAsync(timeout).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}
