using System.Globalization;
using Microsoft.Build.Framework;
using Task = Microsoft.Build.Utilities.Task;

namespace DaemonRpc.BuildTasks;

/// <summary>Gives a build its timestamp. The decision is <see cref="BuildStamp"/>'s.</summary>
public sealed class StampBuild : Task
{
    /// <summary>Where the stamp is kept between builds: a full path.</summary>
    [Required]
    public string KeptFile { get; set; } = "";

    /// <summary>The source file that carries the stamp of an executable, a full path; empty to write none.</summary>
    public string SourceFile { get; set; } = "";

    /// <summary>The time the user has given, a date or UTC ticks.</summary>
    public string? Timestamp { get; set; }

    /// <summary>The seconds since 1970 that reproducible builds are given.</summary>
    public string? SourceDateEpoch { get; set; }

    /// <summary>Everything whose change makes a new build.</summary>
    public ITaskItem[] Inputs { get; set; } = [];

    /// <summary>What else the compiler is told.</summary>
    public string Settings { get; set; } = "";

    /// <summary>An editor's build: it compiles nothing, so it decides and writes nothing.</summary>
    public bool ForEditor { get; set; }

    /// <summary>The build's timestamp in UTC ticks; empty in an editor before the first build.</summary>
    [Output]
    public string Ticks { get; set; } = "";

    /// <inheritdoc/>
    public override bool Execute()
    {
        try
        {
            long? given = GivenTime.Read(Timestamp, SourceDateEpoch);
            BuildStamp? kept = StampFile.Read(KeptFile);
            long? ticks = ForEditor ? BuildStamp.ForEditor(given, kept) : Keep(BuildStamp.ForBuild(given, kept, Fingerprint, DateTime.UtcNow));
            Ticks = ticks?.ToString(CultureInfo.InvariantCulture) ?? "";
            return true;
        }
        catch (FormatException e)
        {
            Log.LogError(null, "DRPC202", null, null, 0, 0, 0, 0, e.Message);
            return false;
        }
    }

    private long Keep(BuildStamp stamp)
    {
        StampFile.Write(KeptFile, stamp);
        if (SourceFile.Length > 0)
        {
            StampSource.Write(SourceFile, stamp.Ticks);
        }

        return stamp.Ticks;
    }

    private string Fingerprint()
    {
        ILookup<bool, string> files = Inputs.ToLookup(IsInstalled, input => input.GetMetadata("FullPath"));
        return InputFingerprint.Of(files[false], files[true], Settings);
    }

    // The SDK says so of what it resolved from a package or a targeting pack.
    private static bool IsInstalled(ITaskItem input) =>
        input.GetMetadata("NuGetPackageId") is { Length: > 0 } || input.GetMetadata("FrameworkReferenceName") is { Length: > 0 };
}
