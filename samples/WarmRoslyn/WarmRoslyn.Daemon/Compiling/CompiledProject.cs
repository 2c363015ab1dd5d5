using Microsoft.CodeAnalysis;
using WarmRoslyn.Contract;

namespace WarmRoslyn.Compiling;

/// <summary>What a project's compilation came to.</summary>
internal sealed record CompiledProject
{
    /// <summary>What the compiler and the generators say.</summary>
    public required IReadOnlyList<CodeDiagnostic> Diagnostics { get; init; }

    /// <summary>What the analyzers add, or null if nobody has asked for it.</summary>
    public IReadOnlyList<CodeDiagnostic>? AnalyzerDiagnostics { get; init; }

    public required Surface Surface { get; init; }

    /// <summary>The surfaces of the projects that this one was compiled with, directly or not.</summary>
    public required IReadOnlyDictionary<ProjectId, Surface> Needs { get; init; }

    /// <summary>Whether it would be compiled with the same now.</summary>
    public bool IsCurrent(IReadOnlyDictionary<ProjectId, Surface> needs) =>
        needs.Count == Needs.Count && needs.All(need => Needs.TryGetValue(need.Key, out Surface? then) && then.Fingerprint == need.Value.Fingerprint);
}
