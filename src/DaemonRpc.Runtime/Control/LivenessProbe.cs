using DaemonRpc.Framing;
using DaemonRpc.Launch;
using DaemonRpc.Protocol;
using DaemonRpc.Session;

namespace DaemonRpc.Control;

/// <summary>Tells a daemon that takes its time from one that does not answer any more: it is asked, now and then, what it does.</summary>
internal static class LivenessProbe
{
    /// <summary>Waits for an answer, for as long as the daemon takes to give it, and lives.</summary>
    /// <param name="session">The connection that the answer comes over.</param>
    /// <param name="answer">The answer. Completes, too, when the connection ends.</param>
    /// <param name="patience">How long the daemon may take to say what it does; also how often it is asked.</param>
    /// <returns>False when it did not say so: the answer may never come.</returns>
    public static async Task<bool> WaitAsync(ClientSession session, Task answer, TimeSpan patience)
    {
        while (true)
        {
            Task<byte[]?> sign = ControlCall.AskAsync(session, FrameKind.StatusQuery, FrameBuffer.Rent(), CancellationToken.None);
            if (!await IsDoneAsync(Task.WhenAny(answer, sign), patience).ConfigureAwait(false))
            {
                return false;
            }

            // Without a sign the connection has ended, which whoever awaits the answer is told.
            if (answer.IsCompleted || await sign.ConfigureAwait(false) is null || await IsDoneAsync(answer, patience).ConfigureAwait(false))
            {
                return true;
            }
        }
    }

    /// <summary>What to tell the user when there was none.</summary>
    public static DaemonUnresponsiveException Missing(DaemonAddress address, Welcome daemon, TimeSpan patience, string what, Exception? cause = null) => new(
        $"{what}The daemon {address} (process {daemon.ProcessId}) let this client in, but did not say within {patience.TotalSeconds:0.###} s what it does. It may be stopped or overloaded; it was left alone. Look at its log, {address.LogPath}, or end it.", cause);

    private static async Task<bool> IsDoneAsync(Task task, TimeSpan limit)
    {
        try
        {
            await task.WaitAsync(limit).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}
