using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace DaemonRpc.BuildTasks;

/// <summary>One text that differs when an input of the build differs.</summary>
internal static class InputFingerprint
{
    /// <summary>Fingerprints files and settings.</summary>
    /// <param name="sources">Files judged by their content, so that touching or rebuilding one to the same bytes changes nothing.</param>
    /// <param name="installed">Files of packages and frameworks, judged by size and time: nobody edits them, and they are many.</param>
    /// <param name="settings">What else the compiler is told.</param>
    public static string Of(IEnumerable<string> sources, IEnumerable<string> installed, string settings)
    {
        IEnumerable<string> lines = sources.Select(DescribeContent)
            .Concat(installed.Select(DescribeVersion))
            .Distinct()
            .OrderBy(line => line, StringComparer.Ordinal);

        return Hash(new MemoryStream(Encoding.UTF8.GetBytes(string.Join("\n", lines) + "\n" + settings)));
    }

    private static string DescribeContent(string path)
    {
        try
        {
            using FileStream content = File.OpenRead(path);
            return $"{path} {Hash(content)}";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The compiler is about to name the file that it cannot read.
            return path;
        }
    }

    private static string DescribeVersion(string path)
    {
        FileInfo file = new(path);
        return file.Exists
            ? string.Format(CultureInfo.InvariantCulture, "{0} {1} {2}", path, file.Length, file.LastWriteTimeUtc.Ticks)
            : path;
    }

    private static string Hash(Stream content)
    {
        using SHA256 sha = SHA256.Create();
        return BitConverter.ToString(sha.ComputeHash(content)).Replace("-", "");
    }
}
