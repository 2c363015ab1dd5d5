using MemoryPack;

namespace WarmRoslyn.Contract;

/// <summary>Which diagnostics are wanted.</summary>
/// <param name="Project">The name or file of the only project of interest, or null for all.</param>
/// <param name="Least">The least severity of interest.</param>
/// <param name="WithAnalyzers">Whether the projects' analyzers are run too, as a build does.</param>
[MemoryPackable]
public partial record DiagnosticQuery(string? Project = null, Severity Least = Severity.Warning, bool WithAnalyzers = false);

/// <summary>How bad a diagnostic is, after the project's own settings.</summary>
public enum Severity
{
    /// <summary>Shown by editors only, as a faded word.</summary>
    Hidden,

    /// <summary>Worth knowing.</summary>
    Info,

    /// <summary>Suspicious.</summary>
    Warning,

    /// <summary>The project cannot be compiled.</summary>
    Error,
}
