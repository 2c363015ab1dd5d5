namespace DaemonRpc.Process.Tests.Infrastructure;

/// <summary>Tests that take the whole machine: others run before or after them, as some look at how long an answer takes.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
