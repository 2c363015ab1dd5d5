using System.Diagnostics;
using System.Globalization;

namespace DaemonRpc.Installed.Tests.Installing;

/// <summary>What the stranger's tool printed.</summary>
internal sealed record Greeted(string Client, string Daemon, int ProcessId, int Greetings, string Origin, string Program)
{
    /// <summary>How long a daemon may take to leave that need not: far longer than it takes.</summary>
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(30);

    public static Greeted Read(CommandRun run)
    {
        // What the dotnet command says of a download or a build comes before it.
        string[] fields = run.Succeeded().Output.TrimEnd().Split('\n')[^1].Split('|');
        Assert.True(fields.Length == 6, run.ToString());
        return new Greeted(fields[0], fields[1], int.Parse(fields[2], CultureInfo.InvariantCulture), int.Parse(fields[3], CultureInfo.InvariantCulture), fields[4], fields[5]);
    }

    /// <summary>Waits until the daemon that greeted has ended of itself.</summary>
    public void HasLeft()
    {
        try
        {
            using var daemon = Process.GetProcessById(ProcessId);
            Assert.True(daemon.WaitForExit(s_longest), $"Daemon {ProcessId} of version {Daemon} is still there.");
        }
        catch (ArgumentException)
        {
            // It left before this looked.
        }
    }
}
