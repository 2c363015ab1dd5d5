using DaemonRpc.Program;
using DaemonRpc.Protocol;

namespace DaemonRpc.Testing.InProcess;

/// <summary>Makes a contract say that it is of another build.</summary>
internal static class BuildShift
{
    public static ContractIdentity Of(ContractIdentity contract, DaemonBuild build) => build switch
    {
        DaemonBuild.Older => Shift(contract, -TimeSpan.TicksPerHour),
        DaemonBuild.Newer => Shift(contract, TimeSpan.TicksPerHour),
        _ => contract,
    };

    private static ContractIdentity Shift(ContractIdentity contract, long ticks) =>
        contract with { Build = Shift(contract.Build, ticks), ProgramBuild = Shift(contract.ProgramBuild, ticks) };

    private static BuildIdentity Shift(BuildIdentity build, long ticks) => new(build.Timestamp + ticks, build.Fingerprint ^ ticks);
}
