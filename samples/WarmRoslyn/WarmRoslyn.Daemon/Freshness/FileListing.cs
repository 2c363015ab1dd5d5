using System.IO.Enumeration;

namespace WarmRoslyn.Freshness;

/// <summary>Which files there are below the solution and its projects.</summary>
internal static class FileListing
{
    private static readonly EnumerationOptions s_everything = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None };

    /// <summary>
    /// Lists what a project's patterns may take in: not the folders that begin with a dot, as MSBuild does not, and not the output of projects.
    /// </summary>
    /// <param name="roots">The folders.</param>
    /// <param name="outputs">The folders with what builds write.</param>
    public static HashSet<string> Of(IEnumerable<string> roots, IReadOnlySet<string> outputs)
    {
        HashSet<string> files = new(StringComparer.Ordinal);
        foreach (string root in roots)
        {
            files.UnionWith(new FileSystemEnumerable<string>(root, static (ref entry) => entry.ToFullPath(), s_everything)
            {
                ShouldIncludePredicate = static (ref entry) => !entry.IsDirectory,
                ShouldRecursePredicate = (ref entry) => !IsSkipped(ref entry, outputs),
            });
        }

        return files;
    }

    private static bool IsSkipped(ref FileSystemEntry entry, IReadOnlySet<string> outputs) =>
        entry.FileName is ['.', ..] or "node_modules"
        || (entry.Attributes & FileAttributes.ReparsePoint) != 0
        || outputs.Contains(entry.ToFullPath());
}
