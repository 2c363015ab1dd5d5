using DaemonRpc.Platform;

namespace DaemonRpc.Program;

/// <summary>The files that a program is made of, as they were on disk at one moment.</summary>
/// <param name="Path">The program's main file, without symbolic links; empty when there is none that could be looked at.</param>
/// <param name="Digest">Differs when a file was changed, replaced, added or removed.</param>
/// <remarks>
/// A program of one file, as Native AOT makes them, is that file. Another one is its assembly with all assemblies beside
/// it, those that it has for single platforms, and the two files that tell the host what to load. They are judged by inode,
/// size and time: what a build, a copy or an update writes anew differs, and looking costs a system call or two per file.
/// </remarks>
internal readonly record struct ProgramFiles(string Path, long Digest)
{
    /// <summary>Whether the files are no longer what they were.</summary>
    public bool HaveChanged => !string.IsNullOrEmpty(Path) && At(Path).Digest != Digest;

    /// <summary>The files of a program as they are now. Never throws: those that cannot be looked at have the digest 0.</summary>
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
            // A folder that was removed meanwhile, as a build does, or that may be entered but not listed.
            return new ProgramFiles(path, 0);
        }
    }

    /// <summary>When the program's files were last written, replaced or made executable, by the clock of their file system; null when none can be looked at.</summary>
    /// <remarks>The moment that the kernel notes, not the one that a copy or an archive brings along.</remarks>
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

    /// <summary>The files of a program whose main file has this path, in any order. Those that need not exist may be missing.</summary>
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

        // A build for any platform has its packages' assemblies for single ones in runtimes/linux-x64/lib/net10.0 and the like.
        DirectoryInfo runtimes = new(System.IO.Path.Combine(folder.FullName, "runtimes"));
        if (runtimes.Exists)
        {
            foreach (FileInfo library in runtimes.EnumerateFiles("*.dll", SearchOption.AllDirectories))
            {
                yield return library;
            }
        }
    }

    // A sum, as folders are listed in any order.
    private static ProgramFiles Look(string path)
    {
        long digest = 0;
        foreach (FileInfo file in FilesOf(path))
        {
            digest = unchecked(digest + Describe(file));
        }

        return new ProgramFiles(path, digest);
    }

    /// <summary>FNV-1a, 64 bits.</summary>
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
