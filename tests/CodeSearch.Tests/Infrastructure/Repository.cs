using System.Runtime.CompilerServices;
using CodeSearch.Platform;

namespace CodeSearch.Tests.Infrastructure;

/// <summary>The source tree that these tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    private static string Find([CallerFilePath] string thisFile = "") =>
        RealPath.Of(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", "..", ".."));
}
