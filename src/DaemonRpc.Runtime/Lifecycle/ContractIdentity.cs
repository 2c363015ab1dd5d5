using System.Buffers.Binary;
using System.Reflection;
using DaemonRpc.Protocol;

namespace DaemonRpc.Lifecycle;

/// <summary>What tells contracts and builds apart.</summary>
/// <param name="Id">What finds the daemon.</param>
/// <param name="Name">The contract's full name and its assembly: two products with one id differ here.</param>
/// <param name="Build">When the contract's assembly was built, and which module came out.</param>
internal sealed record ContractIdentity(string Id, string Name, BuildIdentity Build)
{
    /// <summary>The program that runs, for texts.</summary>
    public static string Program => Assembly.GetEntryAssembly()?.GetName().Name ?? Path.GetFileName(Environment.ProcessPath) ?? "";

    public static ContractIdentity Of(string id, Type contract, long timestamp)
    {
        Span<byte> module = stackalloc byte[16];
        _ = contract.Module.ModuleVersionId.TryWriteBytes(module);
        long fingerprint = BinaryPrimitives.ReadInt64LittleEndian(module) ^ BinaryPrimitives.ReadInt64LittleEndian(module[8..]);
        return new ContractIdentity(id, $"{contract.FullName}, {contract.Assembly.GetName().Name}", new BuildIdentity(timestamp, fingerprint));
    }
}
