using System.Globalization;
using System.Runtime.CompilerServices;

namespace DaemonRpc.TestDaemon.Stress;

/// <summary>A task that writes down when it starts and ends, under the name that its client gave the call.</summary>
internal static class StressTask
{
    // Of this program, which may be the second or third in its process.
    private static readonly string s_incarnation = Random.Shared.NextInt64().ToString("x16", CultureInfo.InvariantCulture);

    /// <summary>How a task can be. All but the last end by themselves within this time, or much less.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["short", "read", "work", "throw", "obey", "anyway", "swallow"];

    public static async Task RunAsync(DaemonContext context, string folder, string call, string kind, int milliseconds, CancellationToken cancellationToken)
    {
        Start(context, folder, call);
        string how = "threw";
        try
        {
            await WorkAsync(folder, kind, milliseconds, cancellationToken);
            how = "returned";
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

    private static async Task WorkAsync(string folder, string kind, int milliseconds, CancellationToken cancellationToken)
    {
        switch (kind)
        {
            case "short":
                break;
            case "read":
                Read(folder);
                break;
            case "work":
                await Task.Delay(milliseconds, CancellationToken.None);
                break;
            case "throw":
                await Task.Delay(milliseconds, CancellationToken.None);
                throw new InvalidDataException("As it was told to.");
            case "obey":
                await Task.Delay(milliseconds, cancellationToken);
                break;
            case "anyway":
                await Task.Delay(milliseconds, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                break;
            case "swallow":
                // Longer than any grace. Nothing but force ends it before.
                await Task.Delay(milliseconds * 10, CancellationToken.None);
                break;
            default:
                throw new ArgumentException($"Nothing works as '{kind}' does.", nameof(kind));
        }
    }

    /// <summary>Opens and closes every file of the runtime directory, as a search of the home directory does: the daemon's own among them.</summary>
    private static void Read(string folder)
    {
        foreach (string path in Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Where(path => Path.GetFileName(path) != "marker"))
        {
            try
            {
                using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                _ = file.ReadByte();
            }
            catch (IOException)
            {
                // A socket, or gone already.
            }
        }
    }

    private static void Start(DaemonContext context, string folder, string call)
    {
        var record = StressRecord.Of(folder);
        if (Marker.Take(folder) is { } other)
        {
            record.Add($"overlap {call} {s_incarnation} {other}");
        }

        record.Add($"start {call} {s_incarnation}");
        context.Status.Report(call);
    }

    private static void End(string folder, string call, string how)
    {
        StressRecord.Of(folder).Add($"end {call} {s_incarnation} {how}");
        Marker.Give();
    }
}
