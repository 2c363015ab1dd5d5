namespace DaemonRpc.Generators.Model;

/// <summary>A parameter as it is declared again by the client.</summary>
internal sealed record ParameterModel
{
    public required string Type { get; init; }

    public required string Name { get; init; }

    /// <summary>What stands in front of the type: <c>params</c>, or an attribute that the compiler of the caller heeds.</summary>
    public required string Modifier { get; init; }

    /// <summary>The default value as source text, or null when the parameter is required.</summary>
    public required string? Default { get; init; }

    /// <summary>Whether this is the token, which does not travel with the request.</summary>
    public required bool IsCancellationToken { get; init; }
}
