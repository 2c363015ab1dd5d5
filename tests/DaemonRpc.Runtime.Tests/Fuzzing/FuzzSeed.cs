namespace DaemonRpc.Runtime.Tests.Fuzzing;

/// <summary>An honest conversation, which the mutations begin with.</summary>
/// <param name="Name">What it shows.</param>
/// <param name="Input">What the end says that will be hostile.</param>
/// <param name="Brings">What it brings when nothing is mutated: the frames that the client hears, or how the client's call ends.</param>
internal sealed record FuzzSeed(string Name, FuzzInput Input, string Brings)
{
    public override string ToString() => Name;
}
