namespace DaemonRpc.Generators.Model;

/// <summary>A parameter of a contract method, as the client's method declares it.</summary>
internal sealed record ParameterModel
{
    public required string Type { get; init; }

    public required string Name { get; init; }

    /// <summary>The text before the type: <c>params</c>, or an attribute such as <c>[CallerMemberName]</c>.</summary>
    public required string Modifier { get; init; }

    /// <summary>The default value as source text, or null when the parameter is required.</summary>
    public required string? Default { get; init; }

    /// <summary>The T of an <c>IProgress&lt;T&gt;</c>; null for any other parameter.</summary>
    public required string? ReportType { get; init; }

    /// <summary>Whether the parameter is the cancellation token, which does not travel with the request.</summary>
    public required bool IsCancellationToken { get; init; }
}
