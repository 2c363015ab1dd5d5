using System.Globalization;
using System.Runtime.CompilerServices;

namespace DaemonRpc.TestDaemon.Stress;

/// <summary>A task that writes down when it starts and ends, under the name that its client gave the call.</summary>
internal static class StressTask
{
    // Of this program, which may be the second or third in its process.
    private static readonly string s_birth = Random.Shared.NextInt64().ToString("x16", CultureInfo.InvariantCulture);

    /// <summary>How a task can be. All but the last end by themselves within this time, or much less.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["short", "work", "throw", "obey", "anyway", "swallow"];

    public static async Task<int> RunAsync(DaemonContext context, string folder, string call, string kind, int milliseconds, CancellationToken cancellationToken)
    {
        Start(context, folder, call);
        string how = "threw";
        try
        {
            int result = await WorkAsync(kind, milliseconds, cancellationToken);
            how = "returned";
            return result;
        }
        catch (OperationCanceledException)
        {
            how = "stopped";
            throw;
        }
        finally
        {
            End(folder, call, how);
        }
    }

    public static async IAsyncEnumerable<int> StreamAsync(
        DaemonContext context, string folder, string call, int count, int milliseconds, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Start(context, folder, call);
        string how = "left";
        try
        {
            for (int number = 0; number < count; number++)
            {
                yield return number;
                if (milliseconds > 0)
                {
                    await Task.Delay(milliseconds, cancellationToken);
                }
            }

            how = "returned";
        }
        finally
        {
            End(folder, call, how);
        }
    }

    private static async Task<int> WorkAsync(string kind, int milliseconds, CancellationToken cancellationToken)
    {
        switch (kind)
        {
            case "short":
                return 1;
            case "work":
                await Task.Delay(milliseconds, CancellationToken.None);
                return 2;
            case "throw":
                await Task.Delay(milliseconds, CancellationToken.None);
                throw new InvalidDataException("As it was told to.");
            case "obey":
                await Task.Delay(milliseconds, cancellationToken);
                return 3;
            case "anyway":
                await Task.Delay(milliseconds, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                return 4;
            case "swallow":
                // Longer than any grace. Nothing but force ends it before.
                await Task.Delay(milliseconds * 10, CancellationToken.None);
                return 5;
            default:
                throw new ArgumentException($"Nothing works as '{kind}' does.", nameof(kind));
        }
    }

    private static void Start(DaemonContext context, string folder, string call)
    {
        var record = StressRecord.Of(folder);
        if (Marker.Take(folder) is { } other)
        {
            record.Add($"overlap {call} {s_birth} {other}");
        }

        record.Add($"start {call} {s_birth}");
        context.Status.Report(call);
    }

    private static void End(string folder, string call, string how)
    {
        StressRecord.Of(folder).Add($"end {call} {s_birth} {how}");
        Marker.Give();
    }
}
