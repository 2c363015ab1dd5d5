namespace DaemonRpc.Process.Tests.Surviving.Stress;

/// <summary>All that a record tells of one call.</summary>
internal sealed class CallStory(string name, IReadOnlyList<RecordLine> lines)
{
    public string Name => name;

    public IReadOnlyList<RecordLine> Lines => lines;

    /// <summary>How it was called; null if that was not written.</summary>
    public string? Kind { get; } = lines.FirstOrDefault(line => line.What == "call")?.Words[1];

    /// <summary>Whether it passes streams, to which the last bytes are handed over when its task has ended.</summary>
    public bool PassesBytes => Kind is "copy" or "pieces" or "pipe";

    public IReadOnlyList<RecordLine> Starts { get; } = [.. lines.Where(line => line.What == "start")];

    public RecordLine? End { get; } = lines.LastOrDefault(line => line.What == "end");

    /// <summary>What its client was told; null when that was killed before.</summary>
    public RecordLine? Told { get; } = lines.FirstOrDefault(line => line.What == "told");

    /// <summary>The word for it, such as <c>canceled:Stopped</c>.</summary>
    public string? Word => Told?.Words[1];

    /// <summary>Everything about calls in a record, by their names.</summary>
    public static IReadOnlyDictionary<string, CallStory> Of(IReadOnlyList<RecordLine> record) => record
        .Where(line => line.What is "call" or "start" or "end" or "told")
        .GroupBy(line => line.Subject)
        .ToDictionary(group => group.Key, group => new CallStory(group.Key, [.. group]));
}
