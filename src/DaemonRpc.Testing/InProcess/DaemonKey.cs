using DaemonRpc.Launch;

namespace DaemonRpc.Testing.InProcess;

/// <summary>Tells the daemons of one contract apart.</summary>
/// <param name="Instance">The second key; empty for none.</param>
/// <param name="Variant">The build or launch environment; empty for the ordinary daemon.</param>
internal readonly record struct DaemonKey(string Instance, string Variant)
{
    public static DaemonKey Of(DaemonAddress address) => new(address.Instance, address.Variant);
}
