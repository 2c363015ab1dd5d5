using System.Diagnostics;
using System.Globalization;

namespace DaemonRpc.Process.Tests.Infrastructure;

/// <summary>Tells whether a daemon that answered late is to blame, or a machine that was busy with others.</summary>
/// <param name="idle">The socket of a daemon that has nothing to do. It is asked meanwhile: where it is late too, the machine is busy.</param>
/// <param name="own">The processes of the test. What others take of the processors is nothing that a daemon could help.</param>
internal sealed class MachineLoad(string idle, params int[] own)
{
    // A call passes several threads. Where all processors are taken, each of them waits for its turn behind all others.
    private const double MostForOthers = 0.1;

    // Linux counts in hundredths of a second for every program. Elsewhere only the idle daemon tells.
    private const int TicksPerSecond = 100;

    private static readonly TimeSpan s_mostWhenIdle = TimeSpan.FromMilliseconds(25);
    private static readonly byte[] s_status = RawConnection.Frame(RawConnection.StatusQuery, 1);

    /// <summary>Runs a measurement.</summary>
    /// <returns>What was measured, and whether the machine was busy with others meanwhile.</returns>
    public async Task<(TimeSpan Taken, bool IsBusy)> DuringAsync(Func<Task<TimeSpan>> measure)
    {
        bool isBusy = await IsBusyAsync();
        long before = OthersTicks();
        long begun = Stopwatch.GetTimestamp();
        Task<TimeSpan> measuring = measure();
        do
        {
            isBusy |= await IsBusyAsync();
        }
        while (!measuring.IsCompleted);

        TimeSpan taken = await measuring;
        double available = Stopwatch.GetElapsedTime(begun).TotalSeconds * Environment.ProcessorCount * TicksPerSecond;
        return (taken, isBusy || OthersTicks() - before > MostForOthers * available);
    }

    private async Task<bool> IsBusyAsync() => await AnswerTime.OfAsync(idle, s_status, RawConnection.Status) > s_mostWhenIdle;

    private long OthersTicks()
    {
        if (!OperatingSystem.IsLinux())
        {
            return 0;
        }

        // cpu user nice system idle iowait irq softirq steal ...
        long[] all = Numbers(File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..9]);
        return all.Sum() - all[3] - all[4] - own.Append(Environment.ProcessId).Sum(TicksOf);
    }

    // pid (name) state ppid ...; the 12th and 13th numbers after the name are the time in user and in system mode.
    private static long TicksOf(int process)
    {
        string text = File.ReadAllText($"/proc/{process}/stat");
        return Numbers(text[(text.LastIndexOf(')') + 2)..].Split(' ')[11..13]).Sum();
    }

    private static long[] Numbers(string[] texts) => [.. texts.Select(static text => long.Parse(text, CultureInfo.InvariantCulture))];
}
