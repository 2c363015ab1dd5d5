namespace CodeSearch.Ignore;

/// <summary>The git repository that a directory lies in: its .gitignore files apply below as well.</summary>
/// <param name="Root">The directory that holds <c>.git</c>.</param>
/// <param name="ExcludeFile">The exclude file that is not under version control.</param>
internal sealed record GitRepository(string Root, string ExcludeFile)
{
    /// <summary>The innermost repository around a directory, or null when there is none.</summary>
    public static GitRepository? Around(string directory)
    {
        for (string? candidate = directory; candidate is not null; candidate = Path.GetDirectoryName(candidate))
        {
            string git = Path.Combine(candidate, ".git");
            if (Directory.Exists(git))
            {
                return new GitRepository(candidate, Path.Combine(git, "info", "exclude"));
            }

            if (File.Exists(git))
            {
                return new GitRepository(candidate, Path.Combine(CommonDirectory(candidate, git), "info", "exclude"));
            }
        }

        return null;
    }

    // In a worktree or submodule, .git is a file that names the real directory, which may name a shared one.
    private static string CommonDirectory(string root, string gitFile)
    {
        const string Prefix = "gitdir: ";
        string text = File.ReadAllText(gitFile).TrimEnd();
        if (!text.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return root;
        }

        string git = Path.GetFullPath(text[Prefix.Length..], root);
        string link = Path.Combine(git, "commondir");
        return File.Exists(link) ? Path.GetFullPath(File.ReadAllText(link).TrimEnd(), git) : git;
    }

    /// <summary>The directories from the repository's root down to the parent of <paramref name="directory"/>.</summary>
    public IEnumerable<string> DirectoriesAbove(string directory)
    {
        Stack<string> above = [];
        for (string? current = directory; current is not null && current != Root;)
        {
            current = Path.GetDirectoryName(current);
            if (current is not null)
            {
                above.Push(current);
            }
        }

        return above;
    }
}
