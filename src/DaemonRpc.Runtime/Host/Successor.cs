using DaemonRpc.Program;

namespace DaemonRpc.Host;

/// <summary>The program that a daemon starts in its place: its own, with the arguments it was started with.</summary>
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

    /// <summary>The arguments of the running executable. Under the shared host the first one is the program's assembly.</summary>
    public static IReadOnlyList<string> Arguments => Environment.ProcessPath is null ? Environment.GetCommandLineArgs()[1..] : Program.Arguments;
}
