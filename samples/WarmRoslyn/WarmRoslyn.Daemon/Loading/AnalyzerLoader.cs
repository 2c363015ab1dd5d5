using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace WarmRoslyn.Loading;

/// <summary>Loads analyzers and source generators, those of one load of the solution.</summary>
/// <remarks>
/// What lies below the solution is built while this process runs: it is read into memory, so that a build may overwrite it, and the next load of the
/// solution has a loader of its own, so that it gets the new build. Analyzers of packages and of the SDK stay the same.
/// </remarks>
internal sealed class AnalyzerLoader(string root) : IAnalyzerAssemblyLoader
{
    private static readonly Dictionary<string, Folder> s_lasting = new(StringComparer.Ordinal);

    private readonly Dictionary<string, Folder> _folders = new(StringComparer.Ordinal);
    private readonly Dictionary<string, AnalyzerReference> _references = new(StringComparer.Ordinal);

    /// <summary>The same reference, loaded by this loader.</summary>
    public AnalyzerReference Own(AnalyzerReference reference)
    {
        if (reference.FullPath is not { } path)
        {
            return reference;
        }

        if (!_references.TryGetValue(path, out AnalyzerReference? own))
        {
            _references.Add(path, own = new AnalyzerFileReference(path, this));
        }

        return own;
    }

    public void AddDependencyLocation(string fullPath)
    {
        // An analyzer finds its dependencies beside itself.
    }

    public Assembly LoadFromPath(string fullPath)
    {
        string path = Path.GetDirectoryName(fullPath)!;
        bool isBuiltHere = fullPath.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal);
        Dictionary<string, Folder> folders = isBuiltHere ? _folders : s_lasting;
        lock (folders)
        {
            if (!folders.TryGetValue(path, out Folder? folder))
            {
                folders.Add(path, folder = new Folder(path, isBuiltHere));
            }

            return folder.LoadFrom(fullPath);
        }
    }

    private sealed class Folder : AssemblyLoadContext
    {
        private readonly string _path;
        private readonly Dictionary<string, Assembly> _assemblies = new(StringComparer.Ordinal);

        public Folder(string path, bool isBuiltHere)
            : base(path, isCollectible: isBuiltHere) => _path = path;

        public Assembly LoadFrom(string file)
        {
            lock (_assemblies)
            {
                if (!_assemblies.TryGetValue(file, out Assembly? assembly))
                {
                    assembly = IsCollectible ? LoadFromStream(new MemoryStream(File.ReadAllBytes(file))) : LoadFromAssemblyPath(file);
                    _assemblies.Add(file, assembly);
                }

                return assembly;
            }
        }

        protected override Assembly? Load(AssemblyName assemblyName)
        {
            // The compiler and what it is made of are this program's own: an analyzer must see the types that it is called with.
            string own = Path.Combine(AppContext.BaseDirectory, assemblyName.Name + ".dll");
            string beside = Path.Combine(_path, assemblyName.Name + ".dll");
            return !File.Exists(own) && File.Exists(beside) ? LoadFrom(beside) : null;
        }
    }
}
