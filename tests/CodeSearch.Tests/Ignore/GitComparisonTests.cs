using System.Text;
using CodeSearch.Tests.Infrastructure;
using CsCheck;

namespace CodeSearch.Tests.Ignore;

/// <summary>The ignore rules against git itself.</summary>
public sealed class GitComparisonTests
{
    private static readonly Gen<string> s_name = Gen.OneOf("a", "b", "ab", "a b", "é", "a.o", "b.o", "x[1]", "-", "#a", "!a", "A", "*");

    private static readonly Gen<string> s_pattern = Gen.Select(
        Gen.OneOf("", "", "", "!", "/", "!/", "**/", "\\"),
        Gen.OneOf("a", "b", "ab", "*", "**", "*.o", "?", "??", "a*", "*b", "a**b", "[ab]", "[!a]", "[a-c]b", "é", "[^.]*", "x\\[1]", "#a", "[[:alpha:]]", "[]-]", "a\\ b", "a b", "A", "[", "[a", "a\\"),
        Gen.OneOf("", "", "", "/", "/a", "/*", "/**", "/**/b", "/**/", "/ab/*", " ", "**/b", "\r"),
        (start, middle, end) => start + middle + end);

    [Fact]
    public void Rules_decide_as_git_check_ignore_does()
    {
        Tool.Require("git");
        Gen<(string[] Rules, string[] Inner, string[] Paths)> cases = Gen.Select(
            s_pattern.Array[1, 5],
            s_pattern.Array[0, 3],
            s_name.Array[1, 4].Select(names => string.Join('/', names)).Array[10, 40]);

        cases.Sample(
            sample =>
            {
                using TempTree tree = new();
                Tool.Run(tree.Root, "git", ["init", "-q"]);
                tree.Write(".gitignore", string.Join('\n', sample.Rules)).Write("a/.gitignore", string.Join('\n', sample.Inner));
                string[] paths = Create(tree, sample.Paths);

                Assert.Equal(IgnoredByGit(tree, paths), IgnoredByUs(tree, paths));
            },
            iter: 150,
            threads: 2);
    }

    [Fact]
    public void Walk_meets_the_files_that_git_would_add()
    {
        Tool.Require("git");
        using TempTree tree = new();
        Tool.Run(tree.Root, "git", ["init", "-q"]);
        tree.Write(".gitignore", "*.log\n!keep.log\nbuild/\n/top\ndoc/**/*.tmp\n");
        tree.Write("sub/.gitignore", "!a.log\nlocal\n");
        tree.Write(".git/info/exclude", "secret\n");
        foreach (string directory in new[] { "", "sub/", "sub/build/", "doc/x/y/", "other/top/" })
        {
            foreach (string name in new[] { "a.log", "keep.log", "top", "local", "secret", "a.tmp", "é ü:1" })
            {
                if (directory + name != "other/top/top" || !File.Exists(tree.PathOf("other/top")))
                {
                    tree.Write(directory + name, "text\n");
                }
            }
        }

        string[] expected = Encoding.UTF8
            .GetString(Tool.Run(tree.Root, "git", ["ls-files", "--others", "--exclude-standard", "-z"]).Output)
            .Split('\0', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(expected.Order(StringComparer.Ordinal), Walk.FilesOf(tree.Root));
    }

    [Fact]
    public void Rules_of_the_repository_apply_in_a_directory_within()
    {
        using TempTree tree = new();
        tree.Write(".git/info/exclude", "*.secret\n").Write(".gitignore", "/sub/only-here\n*.log\n");
        tree.Write("sub/only-here", "").Write("sub/a.log", "").Write("sub/a.secret", "").Write("sub/deep/only-here", "");

        Assert.Equal(["deep/only-here"], Walk.FilesOf(tree.PathOf("sub")));
    }

    [Fact]
    public void Worktree_uses_the_exclude_file_of_its_repository()
    {
        using TempTree tree = new();
        tree.Write("main/.git/info/exclude", "*.secret\n").Write("main/.git/worktrees/w/commondir", "../..\n");
        tree.Write("w/.git", $"gitdir: {tree.PathOf("main/.git/worktrees/w")}\n").Write("w/a", "").Write("w/a.secret", "");

        Assert.Equal(["a"], Walk.FilesOf(tree.PathOf("w")));
    }

    // Names collide: one that is a file already cannot be a directory too.
    private static string[] Create(TempTree tree, string[] paths)
    {
        List<string> created = [];
        foreach (string path in paths)
        {
            string[] names = path.Split('/');
            bool blocked = Enumerable.Range(1, names.Length - 1).Any(count => File.Exists(tree.PathOf(string.Join('/', names[..count]))));
            if (!blocked && !Directory.Exists(tree.PathOf(path)))
            {
                tree.Write(path, "");
                created.Add(path);
            }
        }

        return [.. created.Distinct().Order(StringComparer.Ordinal)];
    }

    private static string[] IgnoredByGit(TempTree tree, string[] paths) =>
        Encoding.UTF8
            .GetString(Tool.Run(tree.Root, "git", ["check-ignore", "--no-index", "--stdin", "-z"], Encoding.UTF8.GetBytes(string.Join('\0', paths))).Output)
            .Split('\0', StringSplitOptions.RemoveEmptyEntries);

    private static string[] IgnoredByUs(TempTree tree, string[] paths)
    {
        HashSet<string> met = [.. Walk.FilesOf(tree.Root)];
        return [.. paths.Where(path => !met.Contains(path))];
    }
}
