using System.Globalization;
using DaemonRpc.TestDaemon.Stress;

namespace DaemonRpc.Process.Tests.Surviving.Stress;

/// <summary>A line of a record, as <see cref="StressRecord"/> adds it.</summary>
/// <param name="Place">Which line of its file it is: what happened before what.</param>
/// <param name="ProcessId">Who wrote it.</param>
/// <param name="What">Its first word, such as <c>start</c>.</param>
/// <param name="Words">The words after it.</param>
/// <param name="Text">All of it.</param>
internal sealed record RecordLine(int Place, int ProcessId, string What, IReadOnlyList<string> Words, string Text)
{
    /// <summary>What it is about: the call, the task or the process.</summary>
    public string Subject => Words[0];

    /// <summary>The lines of a file; none when it was never written.</summary>
    public static IReadOnlyList<RecordLine> Read(string path) => File.Exists(path) ? Parse(File.ReadAllLines(path)) : [];

    /// <summary>The whole lines of a text. What a process was killed in the middle of is as if it had not been written.</summary>
    public static IReadOnlyList<RecordLine> Parse(IEnumerable<string> lines) => [.. lines.Where(text => text.EndsWith(StressRecord.End, StringComparison.Ordinal)).Select((text, index) =>
    {
        string[] words = text[..^StressRecord.End.Length].Split(' ');
        return new RecordLine(index + 1, int.Parse(words[1], CultureInfo.InvariantCulture), words[2], words[3..], text);
    })];

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"  {Place}: {Text}");
}
