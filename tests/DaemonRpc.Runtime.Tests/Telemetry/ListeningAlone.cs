namespace DaemonRpc.Runtime.Tests.Telemetry;

/// <summary>Tests that listen: listeners hear the whole process, so these run while no others do.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ListeningAlone
{
    public const string Name = "listening";
}
