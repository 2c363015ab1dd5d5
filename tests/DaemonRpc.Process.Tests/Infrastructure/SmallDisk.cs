using System.Diagnostics;

namespace DaemonRpc.Process.Tests.Infrastructure;

/// <summary>A file system in memory that a test can fill, or make read-only. Owned by the sandbox.</summary>
internal sealed class SmallDisk : IDisposable
{
    /// <summary>The name of the file that takes all the space.</summary>
    public const string FillingName = "filling";

    private static readonly byte[] s_block = [.. Enumerable.Repeat((byte)'\n', 4096)];

    private readonly string _path;

    private SmallDisk(string path) => _path = path;

    private string Filling => Path.Combine(_path, FillingName);

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
    public void Fill() => Fill(Filling);

    /// <summary>Makes each file as long as it can be.</summary>
    public static void Fill(params string[] files)
    {
        foreach (string path in files)
        {
            using FileStream file = new(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            try
            {
                while (true)
                {
                    file.Write(s_block);
                }
            }
            catch (IOException)
            {
                // That was the last byte there was room for.
            }
        }
    }

    /// <summary>Gives the space back.</summary>
    public void Free() => File.Delete(Filling);

    public void MakeReadOnly() => Check(Run("mount", "-o", "remount,ro", _path));

    public void MakeWritable() => Check(Run("mount", "-o", "remount,rw", _path));

    public void Dispose()
    {
        (int ExitCode, string Error) run = Run("umount", _path);
        if (run.ExitCode != 0)
        {
            // Somebody is still in there, which is a bug to be told of; but nothing stays mounted for it.
            _ = Run("umount", "--lazy", _path);
        }

        Check(run);
    }

    private static void Check((int ExitCode, string Error) run) => Assert.True(run.ExitCode == 0, run.Error);

    private static (int ExitCode, string Error) Run(string program, params string[] arguments)
    {
        using System.Diagnostics.Process process = System.Diagnostics.Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, error);
    }
}
