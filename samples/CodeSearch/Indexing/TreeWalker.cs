using System.IO.Enumeration;
using System.Text;
using CodeSearch.Ignore;
using CodeSearch.Platform;

namespace CodeSearch.Indexing;

/// <summary>Finds the files of a tree that are not ignored. Follows no symbolic link, enters no <c>.git</c>.</summary>
/// <param name="root">The directory: an absolute path without symbolic links.</param>
internal sealed class TreeWalker(string root)
{
    private static readonly EnumerationOptions s_everything = new()
    {
        AttributesToSkip = 0,
        IgnoreInaccessible = false,
        RecurseSubdirectories = false,
        ReturnSpecialDirectories = false,
    };

    private readonly IgnoreFileCache _ignoreFiles = new();
    private readonly PathBuffer _path = new();
    private readonly Stack<(string RelativePath, IgnoreScope? Scope)> _directories = new();

    /// <summary>Tells the visitor about every file, in no particular order.</summary>
    public void Walk(ITreeVisitor visitor, CancellationToken cancellationToken)
    {
        _directories.Clear();
        _directories.Push(("", ScopeAbove(visitor)));
        while (_directories.TryPop(out (string RelativePath, IgnoreScope? Scope) directory))
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                WalkDirectory(directory.RelativePath, directory.Scope, visitor, cancellationToken);
            }
            catch (DirectoryNotFoundException) when (directory.RelativePath.Length > 0)
            {
                // It went away after its parent was listed.
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                visitor.Problem(directory.RelativePath.Length == 0 ? root : directory.RelativePath.TrimEnd('/'), Reason.Of(e));
            }
        }
    }

    private void WalkDirectory(string relativePath, IgnoreScope? outer, ITreeVisitor visitor, CancellationToken cancellationToken)
    {
        string absolutePath = WithSlash(root) + relativePath;
        FileSystemEnumerable<string> names = new(absolutePath, static (ref FileSystemEntry entry) => entry.FileName.ToString(), s_everything);
        IgnoreScope? scope = Enter(absolutePath, outer, visitor);
        _path.SetDirectory(absolutePath, relativePath);
        foreach (string name in names)
        {
            if (name == ".git")
            {
                continue;
            }

            cancellationToken.ThrowIfCancellationRequested();
            _path.SetName(name);
            int error = FileStatus.TryRead(_path.AbsoluteWithZero, out FileStatus status);
            if (error != 0)
            {
                ReportUnlessGone(name, error, visitor);
            }
            else if (status.Kind != FileKind.Other && scope?.Ignores(_path.Absolute, status.Kind == FileKind.Directory) != true)
            {
                Visit(status, scope, visitor);
            }
        }
    }

    private void Visit(FileStatus status, IgnoreScope? scope, ITreeVisitor visitor)
    {
        if (status.Kind == FileKind.Directory)
        {
            _directories.Push((string.Concat(_path.Relative, "/"), scope));
        }
        else
        {
            visitor.File(_path.Relative, status.Stamp);
        }
    }

    private void ReportUnlessGone(string name, int error, ITreeVisitor visitor)
    {
        if (error != Errors.NoEntry)
        {
            visitor.Problem(_path.Relative.ToString(), FileStatus.Describe(error));
        }
        else if (name.Contains('\uFFFD', StringComparison.Ordinal))
        {
            // The name was decoded with loss, so the file cannot be named again.
            visitor.Problem(_path.Relative.ToString(), "Its name is not UTF-8");
        }
    }

    // The rules of the repository around the root apply as well, from the outermost in.
    private IgnoreScope? ScopeAbove(ITreeVisitor visitor)
    {
        IgnoreScope? scope = null;
        try
        {
            if (GitRepository.Around(root) is { } repository)
            {
                scope = Enter(repository.Root, ".git/info/exclude", repository.ExcludeFile, scope, visitor);
                foreach (string directory in repository.DirectoriesAbove(root))
                {
                    scope = Enter(directory, scope, visitor);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            visitor.Problem(".git", Reason.Of(e));
        }

        return scope;
    }

    private IgnoreScope? Enter(string directory, IgnoreScope? outer, ITreeVisitor visitor)
    {
        string file = WithSlash(directory) + ".gitignore";
        return Enter(directory, Path.GetRelativePath(root, file), file, outer, visitor);
    }

    private IgnoreScope? Enter(string directory, string name, string file, IgnoreScope? outer, ITreeVisitor visitor)
    {
        try
        {
            IgnoreFile rules = _ignoreFiles.Read(file);
            return rules.IsEmpty ? outer : new IgnoreScope(rules, Encoding.UTF8.GetByteCount(WithSlash(directory)), outer);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            visitor.Problem(name, Reason.Of(e));
            return outer;
        }
    }

    private static string WithSlash(string directory) => directory.EndsWith('/') ? directory : directory + "/";
}
