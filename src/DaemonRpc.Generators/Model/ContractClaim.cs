namespace DaemonRpc.Generators.Model;

/// <summary>What a contract takes for itself: no other contract of the same program can have it.</summary>
/// <param name="Contract">The contract's full name.</param>
/// <param name="Id">What finds the daemon.</param>
/// <param name="Stem">What the full names of the generated types begin with.</param>
internal sealed record ContractClaim(string Contract, string Id, string Stem);
