using System.Buffers.Binary;
using System.Reflection;
using DaemonRpc.Protocol;

namespace DaemonRpc.Program;

/// <summary>Identifies a contract and its build.</summary>
/// <param name="Id">The id by which the daemon is found.</param>
/// <param name="Name">The contract's full name and assembly name, by which two products with the same id differ.</param>
/// <param name="Build">The build of the contract's assembly.</param>
/// <param name="ProgramBuild">The build of the running program. Equals <paramref name="Build"/> unless the contract is in a library.</param>
internal sealed record ContractIdentity(string Id, string Name, BuildIdentity Build, BuildIdentity ProgramBuild)
{
    /// <summary>The forms in which the build understands the contract's methods; null if nothing is known of them.</summary>
    public MethodTable? Methods { get; init; }

    /// <summary>Whether client and daemon take descriptors from each other.</summary>
    public bool PassesDescriptors { get; init; }

    /// <summary>The assembly name of the daemon's program that the running program's project references; null if it references none, or several.</summary>
    public string? Daemon { get; init; }

    /// <summary>The full name of the contract's interface.</summary>
    public string TypeName => Name.Split(',')[0].Replace('+', '.');

    /// <summary>The key of the assembly metadata that holds a program's build timestamp, written by the package's targets.</summary>
    internal const string StampKey = "DaemonRpc.BuildTimestamp";

    /// <summary>The key of the assembly metadata that names the daemon of a program, written by the package's targets.</summary>
    internal const string DaemonKey = "DaemonRpc.Daemon";

    /// <summary>The name of the running program, for messages.</summary>
    public static string Program => Assembly.GetEntryAssembly()?.GetName().Name ?? Path.GetFileName(Environment.ProcessPath) ?? "";

    public static ContractIdentity Of(string id, Type contract, long timestamp)
    {
        var build = new BuildIdentity(timestamp, Fingerprint(contract.Module));
        string name = $"{contract.FullName}, {contract.Assembly.GetName().Name}";
        if (Assembly.GetEntryAssembly() is not { } program || program == contract.Assembly)
        {
            return new ContractIdentity(id, name, build, build);
        }

        // The newer of the two timestamps: the program changes whenever either the contract or the program is built.
        string? daemon = Read(program, out long stamp);
        var programBuild = new BuildIdentity(Math.Max(build.Timestamp, stamp), build.Fingerprint ^ long.RotateLeft(Fingerprint(program.ManifestModule), 1));
        return new ContractIdentity(id, name, build, programBuild) { Daemon = daemon };
    }

    /// <summary>Reads what the package's targets have written into a program: its build timestamp, and the name of its daemon.</summary>
    private static string? Read(Assembly program, out long stamp)
    {
        stamp = 0;
        string? daemon = null;
        foreach (AssemblyMetadataAttribute metadata in program.GetCustomAttributes<AssemblyMetadataAttribute>())
        {
            if (metadata.Key == StampKey)
            {
                _ = long.TryParse(metadata.Value, out stamp);
            }
            else if (metadata.Key == DaemonKey)
            {
                daemon = metadata.Value;
            }
        }

        return daemon;
    }

    private static long Fingerprint(Module module)
    {
        Span<byte> version = stackalloc byte[16];
        _ = module.ModuleVersionId.TryWriteBytes(version);
        return BinaryPrimitives.ReadInt64LittleEndian(version) ^ BinaryPrimitives.ReadInt64LittleEndian(version[8..]);
    }
}
