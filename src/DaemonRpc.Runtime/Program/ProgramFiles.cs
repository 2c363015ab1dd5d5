using DaemonRpc.Platform;

namespace DaemonRpc.Program;

/// <summary>The files that make up a program, as they were on disk at one moment.</summary>
/// <param name="Path">The program's main file, without symbolic links; empty when none could be examined.</param>
/// <param name="Digest">Changes when a file is changed, replaced, added or removed.</param>
/// <remarks>
/// A single-file program, such as one by Native AOT, consists of that file. Any other program consists of its assembly, all
/// assemblies beside it, its platform-specific assemblies, and the two files that tell the host what to load. Files are compared
/// by inode, size and time: anything that a build, copy or update rewrites differs, at a cost of one or two system calls per file.
/// </remarks>
internal readonly record struct ProgramFiles(string Path, long Digest)
{
    /// <summary>Whether the files differ from those recorded here.</summary>
    public bool HaveChanged => !string.IsNullOrEmpty(Path) && At(Path).Digest != Digest;

    /// <summary>Whether the program was deleted. Costs one system call.</summary>
    public bool IsDeleted => !string.IsNullOrEmpty(Path) && FileIdentity.IsNothingAt(Path);

    /// <summary>Examines a program's files as they are now. Never throws; the digest is 0 if they cannot be examined.</summary>
    public static ProgramFiles At(string mainFile)
    {
        if (RealPath.TryResolve(mainFile) is not { } path)
        {
            return new ProgramFiles(mainFile, 0);
        }

        try
        {
            return Look(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The folder was removed meanwhile, as a build does, or may be entered but not listed.
            return new ProgramFiles(path, 0);
        }
    }

    /// <summary>
    /// Returns when the program's files were last written, replaced or made executable, by their file system's clock; null when none can be examined.
    /// </summary>
    /// <remarks>Uses the kernel's change time, not the modification time, which a copy or archive preserves.</remarks>
    public static DateTimeOffset? LastChangeAt(string mainFile)
    {
        try
        {
            return RealPath.TryResolve(mainFile) is { } path ? FilesOf(path).Max(static file => FileIdentity.ChangeOf(file.FullName)) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Lists the files of a program with this main file, in any order. Optional files may not exist.</summary>
    public static IEnumerable<FileInfo> FilesOf(string path)
    {
        yield return new FileInfo(path);
        string assembly = path.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) ? path : path + ".dll";
        if (!File.Exists(assembly))
        {
            yield break;
        }

        string stem = assembly[..^".dll".Length];
        yield return new FileInfo(stem + ".deps.json");
        yield return new FileInfo(stem + ".runtimeconfig.json");
        DirectoryInfo folder = new(System.IO.Path.GetDirectoryName(assembly)!);
        foreach (FileInfo library in folder.EnumerateFiles("*.dll"))
        {
            yield return library;
        }

        // A portable build has platform-specific assemblies of its packages in folders such as runtimes/linux-x64/lib/net10.0.
        DirectoryInfo runtimes = new(System.IO.Path.Combine(folder.FullName, "runtimes"));
        if (runtimes.Exists)
        {
            foreach (FileInfo library in runtimes.EnumerateFiles("*.dll", SearchOption.AllDirectories))
            {
                yield return library;
            }
        }
    }

    // A sum, because folders list their files in any order.
    private static ProgramFiles Look(string path)
    {
        long digest = 0;
        foreach (FileInfo file in FilesOf(path))
        {
            digest = unchecked(digest + Describe(file));
        }

        return new ProgramFiles(path, digest);
    }

    /// <summary>Hashes a file's name, inode, size and time with 64-bit FNV-1a.</summary>
    private static long Describe(FileInfo file)
    {
        const ulong Prime = 0x100000001B3;
        ulong hash = 0xCBF29CE484222325;
        foreach (char letter in file.Name)
        {
            hash = unchecked((hash ^ letter) * Prime);
        }

        if (file.Exists)
        {
            Add(FileIdentity.OfPath(file.FullName)?.Inode ?? 0);
            Add((ulong)file.Length);
            Add((ulong)file.LastWriteTimeUtc.Ticks);
        }

        return (long)hash;

        void Add(ulong number)
        {
            for (int shift = 0; shift < 64; shift += 8)
            {
                hash = unchecked((hash ^ ((number >> shift) & 0xFF)) * Prime);
            }
        }
    }
}
