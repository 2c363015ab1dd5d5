using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;
using Task = Microsoft.Build.Utilities.Task;

namespace DaemonRpc.BuildTasks;

/// <summary>The MSBuild task that finds what a project's last build has written to its output folder. <see cref="OutputList"/> decides what that is.</summary>
[MSBuildMultiThreadableTask]
public sealed class FindOutput : Task
{
    /// <summary>The full path of the list.</summary>
    [Required]
    public string ListFile { get; set; } = "";

    /// <summary>The full path of the output folder, with a separator at its end.</summary>
    [Required]
    public string Folder { get; set; } = "";

    /// <summary>The folder, relative to another project's output, to which the files are to be copied.</summary>
    [Required]
    public string TargetFolder { get; set; } = "";

    /// <summary>The files of the output folder, with the metadata <c>TargetPath</c>.</summary>
    [Output]
    public ITaskItem[] Files { get; set; } = [];

    /// <inheritdoc/>
    public override bool Execute()
    {
        if (!File.Exists(ListFile))
        {
            Log.LogError(null, "DRPC205", null, null, 0, 0, 0, 0, $"The daemon's project was not built: '{ListFile}' does not exist. Build it, or build the client without --no-build.");
            return false;
        }

        Files = [.. OutputList.Read(ListFile, Folder).Select(TakeFile)];
        return true;
    }

    private TaskItem TakeFile(string file)
    {
        TaskItem item = new(OutputList.Escape(file));
        item.SetMetadata("TargetPath", OutputList.Escape($"{TargetFolder}/{file.Substring(Folder.Length)}"));
        return item;
    }
}
