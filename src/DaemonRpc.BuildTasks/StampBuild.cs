using System.Globalization;
using Microsoft.Build.Framework;
using Task = Microsoft.Build.Utilities.Task;

namespace DaemonRpc.BuildTasks;

/// <summary>The MSBuild task that gives a build its timestamp. <see cref="BuildStamp"/> decides which.</summary>
[MSBuildMultiThreadableTask]
public sealed class StampBuild : Task
{
    /// <summary>The full path of the file that keeps the stamp between builds.</summary>
    [Required]
    public string KeptFile { get; set; } = "";

    /// <summary>The full path of the source file that carries an executable's stamp; empty to write none.</summary>
    public string SourceFile { get; set; } = "";

    /// <summary>The time that the user gave, as a date or UTC ticks.</summary>
    public string? Timestamp { get; set; }

    /// <summary>The time for reproducible builds, in seconds since 1970.</summary>
    public string? SourceDateEpoch { get; set; }

    /// <summary>The files whose change makes a new build.</summary>
    public ITaskItem[] Inputs { get; set; } = [];

    /// <summary>The compiler's other settings.</summary>
    public string Settings { get; set; } = "";

    /// <summary>Whether this is an editor's build, which compiles nothing, and so decides and writes no stamp.</summary>
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

    // The SDK sets this metadata on files from a package or a targeting pack.
    private static bool IsInstalled(ITaskItem input) =>
        input.GetMetadata("NuGetPackageId") is { Length: > 0 } || input.GetMetadata("FrameworkReferenceName") is { Length: > 0 };
}
