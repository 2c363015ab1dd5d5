using DaemonRpc.Program;

namespace DaemonRpc.Host;

/// <summary>What a daemon starts in its place: its own program once more, as it was started itself.</summary>
internal static class Successor
{
    public static LaunchProgram Program
    {
        get
        {
            LaunchProgram program = LaunchProgram.This;
            return program with { Environment = DaemonEnvironment.Own, Arguments = [.. program.Arguments, .. Environment.GetCommandLineArgs()[1..]] };
        }
    }

    /// <summary>The arguments of the executable that runs. With the shared host the first is the program's assembly.</summary>
    public static IReadOnlyList<string> Arguments => Environment.ProcessPath is null ? Environment.GetCommandLineArgs()[1..] : Program.Arguments;
}
