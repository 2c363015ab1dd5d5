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

    /// <summary>Works in one of the <see cref="Kinds"/>.</summary>
    public static Task RunAsync(DaemonContext context, StressCall call, string kind, CancellationToken cancellationToken) => RunAsync(context, call, async () =>
    {
        await WorkAsync(call.Folder, kind, call.Milliseconds, cancellationToken);
        return true;
    });

    /// <summary>Works as the handler's method says.</summary>
    public static async Task<T> RunAsync<T>(DaemonContext context, StressCall call, Func<Task<T>> work)
    {
        Start(context, call);
        string how = "threw";
        try
        {
            T result = await work();
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
            End(call, how);
        }
    }

    /// <summary>Yields what the handler's method does.</summary>
    public static async IAsyncEnumerable<T> StreamAsync<T>(DaemonContext context, StressCall call, IAsyncEnumerable<T> items, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Start(context, call);
        string how = "left";
        try
        {
            await foreach (T item in items.WithCancellation(cancellationToken))
            {
                yield return item;
            }

            how = "returned";
        }
        finally
        {
            End(call, how);
        }
    }

    /// <summary>Yields so many numbers, with so much time between them.</summary>
    public static async IAsyncEnumerable<int> CountAsync(int count, int milliseconds, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (int number = 0; number < count; number++)
        {
            yield return number;
            if (milliseconds > 0)
            {
                await Task.Delay(milliseconds, cancellationToken);
            }
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

    private static void Start(DaemonContext context, StressCall call)
    {
        var record = StressRecord.Of(call.Folder);
        if (Marker.Take(call.Folder) is { } other)
        {
            record.Add($"overlap {call.Name} {s_incarnation} {other}");
        }

        record.Add($"start {call.Name} {s_incarnation}");
        context.Status.Report(call.Name);
    }

    private static void End(StressCall call, string how)
    {
        StressRecord.Of(call.Folder).Add($"end {call.Name} {s_incarnation} {how}");
        Marker.Give();
    }
}
