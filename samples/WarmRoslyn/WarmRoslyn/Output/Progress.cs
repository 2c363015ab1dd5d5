using System.Diagnostics;
using DaemonRpc;

namespace WarmRoslyn.Output;

/// <summary>Shows on standard error what the daemon is doing while a command waits for it.</summary>
/// <remarks>Nothing is shown, and the daemon is not even asked, when the command is done at once, as most are.</remarks>
internal sealed class Progress : IAsyncDisposable
{
    /// <summary>What people take for "at once".</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(200);

    /// <summary>Where there is no terminal, a line now and then.</summary>
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(5);

    private static readonly Lock s_terminal = new();
    private static bool s_isShown;

    private readonly CancellationTokenSource _ending = new();
    private readonly Task _showing;

    private Progress(DaemonHandle daemon) => _showing = ShowAsync(daemon, _ending.Token);

    public static Progress Show(DaemonHandle daemon) => new(daemon);

    /// <summary>Frees the line of the terminal for a result.</summary>
    public static void Hide() => Write(null);

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _showing;
        _ending.Dispose();
    }

    private static async Task ShowAsync(DaemonHandle daemon, CancellationToken ending)
    {
        long? last = null;
        try
        {
            await Task.Delay(s_patience, ending);
            await foreach (DaemonStatus status in daemon.WatchStatusAsync(ending))
            {
                if (status.State != DaemonState.Busy || status.Message is not { } message)
                {
                    continue;
                }

                if (!Console.IsErrorRedirected)
                {
                    Write(message);
                }
                else if (last is null || Stopwatch.GetElapsedTime(last.Value) > s_interval)
                {
                    last = Stopwatch.GetTimestamp();
                    await Console.Error.WriteLineAsync(message);
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or DaemonException)
        {
            // The end, or a daemon that went away: then the call itself says what happened.
        }

        Hide();
    }

    /// <summary>Writes over the line before.</summary>
    private static void Write(string? message)
    {
        lock (s_terminal)
        {
            if (s_isShown || message is not null)
            {
                Console.Error.Write($"\r\e[K{message}");
            }

            s_isShown = message is not null;
        }
    }
}
