using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace DaemonRpc.TestDaemon;

/// <summary>Ways in which code of a handler ends its process.</summary>
internal static class OwnEnd
{
    public static void Meet(string how)
    {
        switch (how)
        {
            case "exit":
                Environment.Exit(7);
                break;
            case "kill":
                Process.GetCurrentProcess().Kill();
                break;
            case "failfast":
                Environment.FailFast("I give up.");
                break;
            case "background":
                new Thread(() => throw new InvalidDataException("Nobody catches me.")).Start();
                Thread.Sleep(Timeout.Infinite);
                break;
            case "overflow":
                Recurse(0);
                break;
            default:
                throw new ArgumentException($"Nothing ends as '{how}' does.", nameof(how));
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.NoOptimization)]
    private static int Recurse(int depth) => Recurse(depth + 1) + depth;
}
