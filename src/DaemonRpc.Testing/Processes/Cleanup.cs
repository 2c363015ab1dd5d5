using DaemonRpc.Control;
using DaemonRpc.Journal;
using DaemonRpc.Launch;
using DaemonRpc.Logging;
using DaemonRpc.Platform;
using DaemonRpc.Transport;

namespace DaemonRpc.Testing.Processes;

/// <summary>Ends every daemon of a runtime directory, and says what should not have happened to them.</summary>
/// <param name="directory">The runtime directory, which may not exist.</param>
internal sealed class Cleanup(string directory)
{
    // A daemon that is ended by force leaves one that takes over; no chain is as long as this.
    private const int MostRounds = 10;

    private static readonly TimeSpan s_answerTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_stopTimeout = TimeSpan.FromSeconds(5);

    private readonly List<string> _complaints = [];

    public async Task<IReadOnlyList<string>> RunAsync()
    {
        if (!Directory.Exists(directory))
        {
            return [];
        }

        _ = await BlockingThread.RunAsync("DaemonRpc cleanup", AwaitStarts).ConfigureAwait(false);
        LookAtJournals();
        for (int round = 0; Living().Count > 0; round++)
        {
            if (round == MostRounds)
            {
                throw new DaemonFixtureException($"Daemons keep coming in '{directory}'.");
            }

            await StopAsync().ConfigureAwait(false);
            _ = await BlockingThread.RunAsync("DaemonRpc cleanup", AwaitEnds).ConfigureAwait(false);
            _ = await BlockingThread.RunAsync("DaemonRpc cleanup", Kill).ConfigureAwait(false);
        }

        return _complaints;
    }

    /// <summary>Waits for daemons that are being started, which would be missed otherwise.</summary>
    private bool AwaitStarts()
    {
        foreach (string path in Directory.GetFiles(directory, "*.spawn"))
        {
            if (FileLock.Acquire(path, s_stopTimeout, CancellationToken.None) is { } free)
            {
                free.Dispose();
            }
            else
            {
                _complaints.Add($"A daemon is still being started: {FileLock.Said(path)}.");
            }
        }

        return true;
    }

    private List<DaemonAddress> Living() =>
        [.. DaemonAddress.All(directory).Where(static address => InstanceLock.Probe(address.InstanceLockPath).IsHeld)];

    /// <summary>Looks for daemons that have ended without a word: those whose successors have noted it, and the last ones.</summary>
    private void LookAtJournals()
    {
        foreach (string path in Directory.GetFiles(directory, "*.journal"))
        {
            // A variant's journal has the key of the ordinary daemon before its own.
            string stem = Path.Combine(directory, Path.GetFileNameWithoutExtension(path).Split('-')[^1]);
            List<DaemonJournalEntry> entries = new JournalFile(path).Read();
            foreach (DaemonJournalEntry vanished in entries.Where(static entry => entry is { Event: DaemonJournalEvent.Vanished, ByProcessId: 0 }))
            {
                Complain(vanished.ProcessId, stem);
            }

            if (entries.FindLast(static entry => entry.Event != DaemonJournalEvent.StartFailed) is { } last && JournalFile.IsStart(last)
                && !InstanceLock.Probe(stem + ".life").IsHeld)
            {
                Complain(last.ProcessId, stem);
            }
        }
    }

    private void Complain(int processId, string stem) =>
        _complaints.Add($"The daemon of process {processId} ended unexpectedly: it crashed or was killed. {DaemonLog.Evidence(DaemonLog.FileOf(stem + ".log", processId))}");

    private async Task StopAsync()
    {
        IReadOnlyList<DaemonHandle> answering = await DaemonControl.ListAsync(directory, s_answerTimeout, CancellationToken.None).ConfigureAwait(false);
        await Task.WhenAll(answering.Select(StopAsync)).ConfigureAwait(false);
    }

    private static async Task StopAsync(DaemonHandle daemon)
    {
        using var timeout = new CancellationTokenSource(s_stopTimeout);
        try
        {
            await daemon.StopAsync(force: false, timeout.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is DaemonException or OperationCanceledException)
        {
            // Killed below.
        }
    }

    /// <summary>Waits for daemons that are leaving by themselves: they have no socket any more, so nobody can ask them anything.</summary>
    private bool AwaitEnds()
    {
        var deadline = new Deadline(s_stopTimeout);
        foreach (DaemonAddress address in Living())
        {
            _ = InstanceLock.Await(address.InstanceLockPath, address.SocketPath, deadline, out _);
        }

        return true;
    }

    /// <summary>Kills the daemons that live on.</summary>
    private bool Kill()
    {
        foreach (DaemonAddress address in Living())
        {
            int processId = InstanceLock.Probe(address.InstanceLockPath).ProcessId;
            string log = DaemonLog.Evidence(address.LogPath);
            try
            {
                DaemonKill.Kill(address, 0, s_stopTimeout);
                _complaints.Add($"The daemon of process {processId} did not stop when it was asked to, and was killed. {log}");
            }
            catch (DaemonUnresponsiveException exception)
            {
                throw new DaemonFixtureException($"A daemon could not be ended. {exception.Message}", exception);
            }
        }

        return true;
    }
}
