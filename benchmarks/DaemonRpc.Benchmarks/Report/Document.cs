namespace DaemonRpc.Benchmarks.Report;

/// <summary>The page that shows a run. What stands around it stays as it is.</summary>
internal static class Document
{
    private const string Begin = "<!-- A run begins: what stands between these two lines is written by the benchmark. -->";
    private const string End = "<!-- A run ends. -->";

    public static void Write(string path, string run)
    {
        string text = File.ReadAllText(path);
        int begin = text.IndexOf(Begin, StringComparison.Ordinal);
        int end = text.IndexOf(End, StringComparison.Ordinal);
        if (begin < 0 || end < begin)
        {
            throw new BenchmarkException($"'{path}' does not say where the run stands.");
        }

        File.WriteAllText(path, $"{text[..(begin + Begin.Length)]}\n\n{run}\n\n{text[end..]}");
    }
}
