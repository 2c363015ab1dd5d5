using System.Buffers.Binary;
using System.Reflection;
using DaemonRpc.Protocol;

namespace DaemonRpc.Program;

/// <summary>What tells contracts and builds apart.</summary>
/// <param name="Id">What finds the daemon.</param>
/// <param name="Name">The contract's full name and its assembly: two products with one id differ here.</param>
/// <param name="Build">When the contract's assembly was built, and which module came out.</param>
/// <param name="ProgramBuild">The same of the program that runs. Not another one unless the contract is in a library.</param>
internal sealed record ContractIdentity(string Id, string Name, BuildIdentity Build, BuildIdentity ProgramBuild)
{
    /// <summary>The key of the assembly metadata in which a program's build timestamp stands. The package's targets write it.</summary>
    internal const string StampKey = "DaemonRpc.BuildTimestamp";

    /// <summary>The program that runs, for texts.</summary>
    public static string Program => Assembly.GetEntryAssembly()?.GetName().Name ?? Path.GetFileName(Environment.ProcessPath) ?? "";

    public static ContractIdentity Of(string id, Type contract, long timestamp)
    {
        var build = new BuildIdentity(timestamp, Fingerprint(contract.Module));
        return new ContractIdentity(id, $"{contract.FullName}, {contract.Assembly.GetName().Name}", build, OfProgram(contract.Assembly, build));
    }

    // The newer of the two stamps: whichever of both was built last is what makes the program another one.
    private static BuildIdentity OfProgram(Assembly contract, BuildIdentity build) =>
        Assembly.GetEntryAssembly() is { } program && program != contract
            ? new BuildIdentity(Math.Max(build.Timestamp, StampOf(program)), build.Fingerprint ^ long.RotateLeft(Fingerprint(program.ManifestModule), 1))
            : build;

    private static long StampOf(Assembly program)
    {
        foreach (AssemblyMetadataAttribute metadata in program.GetCustomAttributes<AssemblyMetadataAttribute>())
        {
            if (metadata.Key == StampKey && long.TryParse(metadata.Value, out long ticks))
            {
                return ticks;
            }
        }

        return 0;
    }

    private static long Fingerprint(Module module)
    {
        Span<byte> version = stackalloc byte[16];
        _ = module.ModuleVersionId.TryWriteBytes(version);
        return BinaryPrimitives.ReadInt64LittleEndian(version) ^ BinaryPrimitives.ReadInt64LittleEndian(version[8..]);
    }
}
