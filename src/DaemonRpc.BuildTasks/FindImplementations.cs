using System.Reflection;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;
using Task = Microsoft.Build.Utilities.Task;

namespace DaemonRpc.BuildTasks;

/// <summary>The MSBuild task that finds which packages' reference assemblies lack private members that MemoryPack writes, and their implementations.</summary>
/// <remarks>
/// Only those are replaced whose implementation marks members for MemoryPack: an author may ship a reference assembly to keep code from
/// being compiled against more than it shows.
/// </remarks>
[MSBuildMultiThreadableTask]
public sealed class FindImplementations : Task
{
    // As it stands in the metadata of an assembly that uses the attribute.
    private const string Mark = "MemoryPackIncludeAttribute";

    /// <summary>The reference assemblies of packages.</summary>
    [Required]
    public ITaskItem[] References { get; set; } = [];

    /// <summary>The assemblies of packages that the program runs with.</summary>
    [Required]
    public ITaskItem[] Implementations { get; set; } = [];

    /// <summary>The reference assemblies that are not to be compiled against.</summary>
    [Output]
    public ITaskItem[] Replaced { get; set; } = [];

    /// <summary>What is to be compiled against instead of <see cref="Replaced"/>.</summary>
    [Output]
    public ITaskItem[] Found { get; set; } = [];

    /// <inheritdoc/>
    public override bool Execute()
    {
        ILookup<string, ITaskItem> implementations = Implementations.ToLookup(KeyOf, StringComparer.OrdinalIgnoreCase);
        (ITaskItem Reference, ITaskItem Implementation)[] pairs =
        [
            .. from reference in References
               let implementation = implementations[KeyOf(reference)].FirstOrDefault(implementation => IsToBeUsed(implementation.ItemSpec, reference.ItemSpec))
               where implementation is not null
               select (reference, implementation),
        ];
        Replaced = [.. pairs.Select(static pair => pair.Reference)];
        Found = [.. pairs.Select(static pair => Take(pair.Implementation, pair.Reference))];
        return true;
    }

    private static string KeyOf(ITaskItem assembly) => $"{assembly.GetMetadata("NuGetPackageId")}/{assembly.GetMetadata("Filename")}";

    private static bool IsToBeUsed(string implementation, string reference)
    {
        try
        {
            // One byte is one character, so that the search cannot stumble over what is no text.
            return File.ReadAllText(implementation, Encoding.GetEncoding("iso-8859-1")).Contains(Mark)
                && AssemblyName.GetAssemblyName(implementation).FullName == AssemblyName.GetAssemblyName(reference).FullName;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or BadImageFormatException)
        {
            // The compiler will report the file that cannot be read.
            return false;
        }
    }

    /// <summary>Creates the item of an implementation that is referenced in the way of the reference assembly, by an alias for instance.</summary>
    private static TaskItem Take(ITaskItem implementation, ITaskItem reference)
    {
        TaskItem taken = new(implementation.ItemSpec);
        taken.SetMetadata("PathInPackage", implementation.GetMetadata("PathInPackage"));
        reference.CopyMetadataTo(taken);
        return taken;
    }
}
