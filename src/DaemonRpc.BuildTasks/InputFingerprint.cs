using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace DaemonRpc.BuildTasks;

/// <summary>Computes a text that changes when an input of the build changes.</summary>
internal static class InputFingerprint
{
    /// <summary>Fingerprints files and settings.</summary>
    /// <param name="sources">Files compared by content, so that touching or rebuilding one to the same bytes changes nothing.</param>
    /// <param name="installed">Files of packages and frameworks, compared by size and time, because nobody edits them and they are many.</param>
    /// <param name="settings">The compiler's other settings.</param>
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
            // The compiler will report the file that cannot be read.
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
