using MemoryPack;

namespace WarmRoslyn.Contract;

/// <summary>One message of the compiler, a generator or an analyzer; or of the loader, whose <paramref name="Id"/> is <see cref="LoadFailed"/>.</summary>
/// <param name="Project">The project's name, with the target framework if it has several.</param>
/// <param name="Path">The file's full path, or null when the message is about the project.</param>
/// <param name="Line">The line from 1, or 0 without a file.</param>
/// <param name="Column">The column from 1, or 0 without a file.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="Id">Such as <c>CS0103</c>.</param>
/// <param name="Message">The text, in English.</param>
[MemoryPackable]
public partial record CodeDiagnostic(string Project, string? Path, int Line, int Column, Severity Severity, string Id, string Message)
{
    /// <summary>The id of what went wrong when a project was loaded: the other answers about it may be incomplete.</summary>
    public const string LoadFailed = "LOAD";
}
