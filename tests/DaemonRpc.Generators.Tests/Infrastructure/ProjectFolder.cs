using System.Reflection;

namespace DaemonRpc.Generators.Tests.Infrastructure;

/// <summary>Where the sources of the tests are.</summary>
internal static class ProjectFolder
{
    public static string Path { get; } = typeof(ProjectFolder).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(static attribute => attribute.Key == "ProjectDirectory").Value!;
}
