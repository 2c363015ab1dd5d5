namespace DaemonRpc.Generators.Model;

/// <summary>The names of a contract and of the types generated for it.</summary>
internal sealed record ContractIdentity
{
    /// <summary>The contract's namespace, or null for the global one.</summary>
    public required string? Namespace { get; init; }

    /// <summary>The contract's name in texts for people.</summary>
    public required string Name { get; init; }

    /// <summary>The contract's name in generated code: the short name, or the full name if a generated member could have the same short name.</summary>
    public required string Interface { get; init; }

    /// <summary>The stem of the generated names: <c>FileSearch</c> for <c>IFileSearch</c>.</summary>
    public required string Stem { get; init; }

    /// <summary>The contract's visibility: <c>public</c> or <c>internal</c>.</summary>
    public required string Visibility { get; init; }

    /// <summary>The beginning of the generated files' names: the contract's full name.</summary>
    public required string HintName { get; init; }

    public string Client => Stem + "Client";

    public string Daemon => Stem + "Daemon";

    public string Dispatcher => Stem + "Dispatcher";

    public string Callbacks => Stem + "Callbacks";

    /// <summary>The full name of the class of the callbacks.</summary>
    public string QualifiedCallbacks => Namespace is null ? $"global::{Callbacks}" : $"global::{Namespace}.{Callbacks}";

    /// <summary>The daemon's full name, for places where a parameter could have the same name as the daemon.</summary>
    public string QualifiedDaemon => Namespace is null ? $"global::{Daemon}" : $"global::{Namespace}.{Daemon}";
}
