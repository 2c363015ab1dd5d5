namespace DaemonRpc.Generators.Model;

/// <summary>What a contract and the types generated for it are called.</summary>
internal sealed record ContractIdentity
{
    /// <summary>The namespace, or null for the global one.</summary>
    public required string? Namespace { get; init; }

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

    public string QualifiedDispatcher => Namespace is null ? $"global::{Dispatcher}" : $"global::{Namespace}.{Dispatcher}";
}
