using System.Reflection;
using CodeSearch.Platform;

namespace CodeSearch.Tests.Infrastructure;

/// <summary>The source tree that these tests were built from.</summary>
internal static class Repository
{
    // Told by the project: a reproducible build maps the paths of source files away.
    public static string Root { get; } = RealPath.Of(typeof(Repository).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == "Repository")
        .Value!);
}
