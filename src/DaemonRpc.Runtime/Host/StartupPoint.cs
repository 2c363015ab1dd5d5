using System.Text;
using DaemonRpc.Platform;

namespace DaemonRpc.Host;

/// <summary>Named steps of a daemon's start at which a test can stop or kill the process.</summary>
/// <remarks>
/// Compiled into the product so that tests run what is shipped. The environment variable <c>DAEMONRPC_TEST_STARTUP_POINT</c> holds
/// <c>point,action,file</c>. The first process that reaches the point, which is the one that can create the file, writes its process
/// id there and sends itself SIGKILL (<c>kill</c>) or SIGSTOP (<c>stop</c>). Without the variable a point costs one comparison.
/// </remarks>
internal static class StartupPoint
{
    /// <summary>The process has begun to be the daemon and holds no lock yet.</summary>
    public const string Begun = "begun";

    /// <summary>The process holds the instance lock.</summary>
    public const string Locked = "locked";

    /// <summary>The socket listens, under a temporary name.</summary>
    public const string Bound = "bound";

    /// <summary>The socket has its final name.</summary>
    public const string Published = "published";

    /// <summary>The starter has been told that the daemon serves.</summary>
    public const string Answered = "answered";

    private const string Variable = "DAEMONRPC_TEST_STARTUP_POINT";

    private static readonly string[]? s_armed = Environment.GetEnvironmentVariable(Variable)?.Split(',');

    public static void Reach(string point)
    {
        if (s_armed is [var wanted, var action, var file] && wanted == point && IsFirst(file))
        {
            _ = LibC.Kill(Environment.ProcessId, action == "stop" ? Constants.SignalStop : Constants.SignalKill);
        }
    }

    private static bool IsFirst(string file)
    {
        try
        {
            using FileStream created = new(file, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite);
            created.Write(Encoding.ASCII.GetBytes($"{Environment.ProcessId}\n"));
            return true;
        }
        catch (IOException)
        {
            // Another process reached this point first.
            return false;
        }
    }
}
