namespace DaemonRpc.BuildTasks;

/// <summary>A build's timestamp and the inputs that it belongs to.</summary>
internal sealed class BuildStamp(long ticks, string inputs)
{
    /// <summary>Stands for the inputs when the user gave the time. No fingerprint equals it.</summary>
    private const string Given = "given";

    /// <summary>The build's time in UTC ticks.</summary>
    public long Ticks => ticks;

    /// <summary>The fingerprint of the inputs.</summary>
    public string Inputs => inputs;

    /// <summary>Decides the stamp of a build that compiles: the given time, else the kept stamp if its inputs are unchanged, else now.</summary>
    public static BuildStamp ForBuild(long? given, BuildStamp? kept, Func<string> fingerprint, DateTime utcNow)
    {
        if (given is { } ticks)
        {
            return new BuildStamp(ticks, Given);
        }

        string inputs = fingerprint();
        return kept?.Inputs == inputs ? kept : new BuildStamp(After(kept, utcNow), inputs);
    }

    /// <summary>Returns the ticks that an editor's build passes to its compiler, or null before the first build.</summary>
    /// <remarks>
    /// The kept stamp comes first, even before a given time. Otherwise an editor that was started with another environment
    /// would change the compiler's input, and the next build would compile again.
    /// </remarks>
    public static long? ForEditor(long? given, BuildStamp? kept) => kept?.Ticks ?? given;

    // If the clock was set back, the newer build must still have the later time.
    private static long After(BuildStamp? kept, DateTime utcNow) =>
        kept is null || kept.Inputs == Given ? utcNow.Ticks : Math.Max(utcNow.Ticks, kept.Ticks + 1);
}
