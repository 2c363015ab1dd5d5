using System.Diagnostics;

namespace DaemonRpc.Process.Tests.Infrastructure;

/// <summary>A file system in memory that a test can fill, or make read-only. Owned by the sandbox.</summary>
internal sealed class SmallDisk : IDisposable
{
    private const int BlockSize = 4096;

    private readonly string _path;

    private SmallDisk(string path) => _path = path;

    private string Filling => Path.Combine(_path, "filling");

    /// <summary>Mounts one. Skips the test where that is not permitted.</summary>
    public static SmallDisk Mount(string path, string options)
    {
        Assert.SkipUnless(LibC.EffectiveUserId() == 0, "Only root can mount a file system.");
        _ = Directory.CreateDirectory(path);
        (int exitCode, string error) = Run("mount", "-t", "tmpfs", "-o", options, "drpc-tests", path);
        Assert.SkipUnless(exitCode == 0, $"A file system cannot be mounted here: {error}");
        return new SmallDisk(path);
    }

    /// <summary>Takes all its space.</summary>
    public void Fill()
    {
        using FileStream file = new(Filling, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true)
            {
                file.Write(new byte[BlockSize]);
            }
        }
        catch (IOException)
        {
            // That was the last block.
        }
    }

    /// <summary>Gives the space back.</summary>
    public void Free() => File.Delete(Filling);

    public void MakeReadOnly() => Check(Run("mount", "-o", "remount,ro", _path));

    public void Dispose() => Check(Run("umount", _path));

    private static void Check((int ExitCode, string Error) run) => Assert.True(run.ExitCode == 0, run.Error);

    private static (int ExitCode, string Error) Run(string program, params string[] arguments)
    {
        using System.Diagnostics.Process process = System.Diagnostics.Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, error);
    }
}
