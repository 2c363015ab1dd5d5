namespace Microsoft.Build.Framework;

/// <summary>
/// Says that a task asks nothing of its process: neither the working directory nor the environment. MSBuild's multithreaded builds (<c>-mt</c>) run such
/// a task in their own process, and any other in a process of its own.
/// </summary>
/// <remarks>MSBuild looks for this name in any assembly. Its own type is newer than the MSBuild that the package supports.</remarks>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
internal sealed class MSBuildMultiThreadableTaskAttribute : Attribute;
