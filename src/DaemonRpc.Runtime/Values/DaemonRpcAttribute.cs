namespace DaemonRpc;

/// <summary>Makes an interface the contract of a daemon.</summary>
/// <remarks>
/// For <c>IFileSearch</c> the source generator writes <c>FileSearchClient</c>, which calls the daemon and starts it when
/// none runs, and <c>FileSearchDaemon</c>, the daemon's entry point.
/// </remarks>
/// <example>
/// <code>
/// [DaemonRpc("com.acme.file-search")]
/// public partial interface IFileSearch
/// {
///     Task&lt;int&gt; CountAsync(string root, CancellationToken cancellationToken = default);
/// }
/// </code>
/// </example>
[AttributeUsage(AttributeTargets.Interface, Inherited = false)]
public sealed class DaemonRpcAttribute : Attribute
{
    /// <summary>Uses the full name of the interface as the daemon's id.</summary>
    public DaemonRpcAttribute()
    {
    }

    /// <summary>Sets the daemon's id.</summary>
    /// <param name="id">
    /// The id. Each user has one daemon per id and instance. Use a name that nobody else uses, such as a reversed domain name.
    /// </param>
    public DaemonRpcAttribute(string id) => Id = id;

    /// <summary>The daemon's id, or null when it is the full name of the interface.</summary>
    public string? Id { get; }
}
