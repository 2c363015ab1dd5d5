namespace DaemonRpc.BuildTasks;

/// <summary>The moment a build speaks for, and the inputs it was taken for.</summary>
internal sealed class BuildStamp(long ticks, string inputs)
{
    /// <summary>What stands for the inputs of a given time: no fingerprint is equal to it.</summary>
    private const string Given = "given";

    /// <summary>UTC ticks.</summary>
    public long Ticks => ticks;

    /// <summary>The fingerprint of the inputs.</summary>
    public string Inputs => inputs;

    /// <summary>The stamp of a build that compiles: the given time, else the kept stamp if its inputs are these, else now.</summary>
    public static BuildStamp ForBuild(long? given, BuildStamp? kept, Func<string> fingerprint, DateTime utcNow)
    {
        if (given is { } ticks)
        {
            return new BuildStamp(ticks, Given);
        }

        string inputs = fingerprint();
        return kept?.Inputs == inputs ? kept : new BuildStamp(After(kept, utcNow), inputs);
    }

    /// <summary>The ticks that an editor's build shows its compiler, or null before the first build.</summary>
    /// <remarks>
    /// The kept stamp comes first, even before a given time: an editor that was started with another
    /// environment would otherwise change what the compiler sees, and the next build would compile again.
    /// </remarks>
    public static long? ForEditor(long? given, BuildStamp? kept) => kept?.Ticks ?? given;

    // A clock that was set back must not make the newer build the older one.
    private static long After(BuildStamp? kept, DateTime utcNow) =>
        kept is null || kept.Inputs == Given ? utcNow.Ticks : Math.Max(utcNow.Ticks, kept.Ticks + 1);
}
