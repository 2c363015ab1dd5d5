using System.Collections.Concurrent;
using System.Globalization;
using DaemonRpc.TestDaemon.Stress;

namespace DaemonRpc.Process.Tests.Surviving.Stress;

/// <summary>Clients that call while files of the runtime directory, or all of it, are deleted at random.</summary>
internal sealed class DeletionStorm(DaemonSandbox sandbox, int seed, TimeSpan duration)
{
    private const int Clients = 4;
    private const int MostMilliseconds = 300;

    private readonly ConcurrentDictionary<string, int> _told = new();
    private int _deletions;

    /// <summary>How many calls came to which end.</summary>
    public string Summary => $"{_deletions} deletions; {string.Join(", ", _told.OrderBy(pair => pair.Key).Select(pair => $"{pair.Value} times {pair.Key}"))}";

    /// <summary>How many calls returned.</summary>
    public int Returned => _told.GetValueOrDefault("returned");

    public async Task RunAsync()
    {
        // Not for anything to happen: this is how long, and these are the moments to delete at.
        using var over = new CancellationTokenSource(duration);
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(number => CallAsync(number, over.Token)).Append(DeleteAsync(over.Token)));
    }

    private async Task CallAsync(int number, CancellationToken over)
    {
        var random = new Random(seed + number);
        for (int count = 0; !over.IsCancellationRequested; count++)
        {
            string told = await CallAsync(string.Create(CultureInfo.InvariantCulture, $"c{number}.{count}"), random).InTime();
            _ = _told.AddOrUpdate(told, 1, (_, before) => before + 1);
        }
    }

    private async Task<string> CallAsync(string name, Random random)
    {
        DaemonClientOptions options = sandbox.Options();
        options.BusyTimeout = random.Next(4) == 0 ? TimeSpan.Zero : Timeout.InfiniteTimeSpan;
        try
        {
            await using TestServiceClient client = await TestServiceClient.ConnectAsync(options);
            for (int left = random.Next(1, 4); left > 0; left--)
            {
                _ = await client.StressAsync(sandbox.Folder, $"{name}.{left}", "work", random.Next(MostMilliseconds), Parcel.Make(random));
            }

            return "returned";
        }
        catch (DaemonException exception)
        {
            // What a client is told in such weather may be any failure of ours, as long as it is told.
            return exception.GetType().Name;
        }
    }

    private async Task DeleteAsync(CancellationToken over)
    {
        var random = new Random(seed - 1);
        while (!over.IsCancellationRequested)
        {
            await Task.Delay(random.Next(20, 900), over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            try
            {
                Delete(random.Next(5));
                _deletions++;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // Something was made in it, or deleted from it, meanwhile.
            }
        }
    }

    private void Delete(int what)
    {
        switch (what)
        {
            case 0:
                Directory.Delete(sandbox.RuntimeDirectory, recursive: true);
                break;
            case 1:
                Array.ForEach(Directory.GetFiles(sandbox.RuntimeDirectory), File.Delete);
                break;
            case 2:
                Array.ForEach(Directory.GetFiles(sandbox.RuntimeDirectory, "*.sock"), File.Delete);
                break;
            case 3:
                Array.ForEach(Directory.GetFiles(sandbox.RuntimeDirectory, "*.spawn"), File.Delete);
                break;
            default:
                Array.ForEach(Directory.GetFiles(sandbox.RuntimeDirectory, "*.life"), File.Delete);
                break;
        }
    }
}
