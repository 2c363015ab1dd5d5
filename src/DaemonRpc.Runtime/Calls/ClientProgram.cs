using DaemonRpc.Program;
using DaemonRpc.Protocol;

namespace DaemonRpc.Calls;

/// <summary>Describes the client's own program, and the one that it would start as the daemon.</summary>
internal static class ClientProgram
{
    /// <summary>What the client starts if its options leave that open: the daemon that its program's project references, or its own program.</summary>
    public static DaemonLaunch LaunchOf(ContractIdentity contract, DaemonLaunch launch) =>
        launch.Kind != DaemonLaunchKind.Default ? launch
        : contract.Daemon is { } daemon ? DaemonLaunch.Beside(daemon)
        : DaemonLaunch.Self;

    /// <summary>The build that the client's requests carry.</summary>
    /// <remarks>
    /// If the client starts its own program, the whole programs' builds are compared. If it starts another program, the
    /// two share only the contract's assembly, so the contracts' builds are compared.
    /// </remarks>
    public static BuildIdentity BuildOf(ContractIdentity contract, DaemonLaunch launch) =>
        launch.Kind == DaemonLaunchKind.Self ? contract.ProgramBuild : contract.Build;

    /// <summary>The working directory. Empty if it was deleted or is inaccessible, which must not keep calls from working.</summary>
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

    /// <summary>Adds the description to a hello.</summary>
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
