namespace DaemonRpc.Generators.Model;

/// <summary>The id and the names that a contract claims. No other contract of the same program may have them.</summary>
/// <param name="Contract">The contract's full name.</param>
/// <param name="Id">The id by which clients find the daemon.</param>
/// <param name="Stem">The common beginning of the generated types' full names.</param>
internal sealed record ContractClaim(string Contract, string Id, string Stem);
