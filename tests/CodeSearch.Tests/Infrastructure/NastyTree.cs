namespace CodeSearch.Tests.Infrastructure;

/// <summary>A tree of everything that search tools get wrong.</summary>
internal static class NastyTree
{
    public static TempTree Create()
    {
        TempTree tree = new TempTree()
            .Write("crlf.txt", "needle\r\nneedle2\r\n\r\n")
            .Write("no-newline", "first\nneedle")
            .Write("empty", "")
            .Write("one-newline", "\n")
            .Write("blank-lines", "\n\n\nneedle\n\n")
            .Write("lone-cr", "needle\rneedle\n")
            .Write("bom.txt", "\uFEFFneedle\n")
            .Write("long-line", new string('x', 300_000) + "needle" + new string('y', 300_000) + "\nshort\n")
            .Write("many-lines", string.Concat(Enumerable.Range(0, 30_000).Select(i => $"line {i} naïve é a.c abc\n")))
            .Write("nämen/日本語 😀.txt", "naïve needle\n")
            .Write("with space/a:1:b", "needle: é\n")
            .Write("-starts-with-dash", "needle\n")
            .Write("quote\"'\\", "needle\n")
            .Write("upper", "NEEDLE Using System\n")
            .Write("binary", "needle\0needle\n"u8)
            .Write("binary-late", [.. new byte[20_000].Select(_ => (byte)'x'), (byte)'\n', 0, .. "\nneedle\n"u8])
            .Write(".hidden/.file", "needle\n")
            .Write(".gitignore", "*.ignored\nout/\n")
            .Write("a.ignored", "needle\n")
            .Write("out/a", "needle\n")
            .Write("deep/.gitignore", "!a.ignored\n/out2\n")
            .Write("deep/a.ignored", "needle\n")
            .Write("deep/out2", "needle\n")
            .Write("deep/deeper/out2", "needle\n")
            .Write(".git/config", "needle\n");
        File.CreateSymbolicLink(tree.PathOf("link-to-file"), "upper");
        Directory.CreateSymbolicLink(tree.PathOf("link-to-directory"), "deep");
        File.CreateSymbolicLink(tree.PathOf("link-to-nothing"), "nothing");
        Directory.CreateSymbolicLink(tree.PathOf("deep/loop"), "..");
        return tree;
    }
}
