namespace DaemonRpc.Generators.Model;

/// <summary>What a contract and the types generated for it are called.</summary>
internal sealed record ContractIdentity
{
    /// <summary>The namespace, or null for the global one.</summary>
    public required string? Namespace { get; init; }

    /// <summary>The contract's name, for people.</summary>
    public required string Name { get; init; }

    /// <summary>What generated code calls the contract: its name, or its full name where a generated member could have the same one.</summary>
    public required string Interface { get; init; }

    /// <summary>The contract's name without what marks it as an interface: the stem of the generated names.</summary>
    public required string Stem { get; init; }

    /// <summary><c>public</c> or <c>internal</c>.</summary>
    public required string Visibility { get; init; }

    /// <summary>What the generated files are named after: the contract's full name.</summary>
    public required string HintName { get; init; }

    public string Client => Stem + "Client";

    public string Daemon => Stem + "Daemon";

    public string Dispatcher => Stem + "Dispatcher";

    /// <summary>The daemon where a parameter has its name.</summary>
    public string QualifiedDaemon => Namespace is null ? $"global::{Daemon}" : $"global::{Namespace}.{Daemon}";
}
