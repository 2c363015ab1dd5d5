using DaemonRpc.Program;
using DaemonRpc.Protocol;

namespace DaemonRpc.Calls;

/// <summary>What a client says of the program that it is, and of the one that it would start as the daemon.</summary>
internal static class ClientProgram
{
    /// <summary>The build that the client's requests carry.</summary>
    /// <remarks>
    /// A client that starts its own program is compared with the daemon as a program. One that starts another program shares
    /// no more with it than the contract's assembly, and is compared by that.
    /// </remarks>
    public static BuildIdentity BuildOf(ContractIdentity contract, DaemonLaunch launch) =>
        launch.Kind == DaemonLaunchKind.Self ? contract.ProgramBuild : contract.Build;

    /// <summary>Empty when it was deleted, or may not be looked at: no reason not to make a call.</summary>
    public static string WorkingDirectory
    {
        get
        {
            try
            {
                return Environment.CurrentDirectory;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                return "";
            }
        }
    }

    /// <summary>Adds it to a hello.</summary>
    public static Hello Describe(Hello hello, DaemonLaunch launch)
    {
        ProgramFiles files = launch.Kind switch
        {
            DaemonLaunchKind.Self => RunningProgram.Own.Files,
            DaemonLaunchKind.Executable => ProgramFiles.At(LaunchProgram.From(launch)!.MainFile),
            _ => default,
        };
        return hello with
        {
            IsProgramBuild = launch.Kind == DaemonLaunchKind.Self,
            ProgramPath = files.Path ?? "",
            ProgramFiles = files.Digest,
            IsOutdated = RunningProgram.Own.Files.HaveChanged,
        };
    }
}
