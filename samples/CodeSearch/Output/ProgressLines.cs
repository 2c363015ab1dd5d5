using System.Diagnostics;
using DaemonRpc;

namespace CodeSearch.Output;

/// <summary>Shows progress where there is no terminal: a line now and then.</summary>
internal static class ProgressLines
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(2);

    public static async Task ShowAsync(IAsyncEnumerable<DaemonStatus> statuses)
    {
        long? last = null;
        await foreach (DaemonStatus status in statuses)
        {
            if (status.State == DaemonState.Busy && (last is null || Stopwatch.GetElapsedTime(last.Value) >= s_interval))
            {
                last = Stopwatch.GetTimestamp();
                Errors.Write(ProgressText.Of(status));
            }
        }
    }
}
