namespace DaemonRpc.Process.Tests.Infrastructure;

/// <summary>A place in a sandbox where builds of the test program are put, one over the other.</summary>
internal sealed class InstalledProgram(DaemonSandbox sandbox, string name)
{
    public string Path => System.IO.Path.Combine(sandbox[name], System.IO.Path.GetFileName(TestProgram.Path));

    /// <summary>Puts a build there, as an update does: every file is a new one, and those in use live on unseen.</summary>
    public void Install(string program)
    {
        if (Directory.Exists(sandbox[name]))
        {
            Directory.Delete(sandbox[name], recursive: true);
        }

        _ = Directory.CreateDirectory(sandbox[name]);
        foreach (string file in Directory.GetFiles(System.IO.Path.GetDirectoryName(program)!))
        {
            File.Copy(file, System.IO.Path.Combine(sandbox[name], System.IO.Path.GetFileName(file)));
        }
    }

    /// <summary>Builds anew, so to say, one of the assemblies that the program uses.</summary>
    public void RenewDependency() => RenewDependency(isChanged: true);

    /// <summary>Writes one of the assemblies that the program uses anew, with the bytes that it had.</summary>
    public void TouchDependency() => RenewDependency(isChanged: false);

    private void RenewDependency(bool isChanged)
    {
        string dependency = System.IO.Path.Combine(sandbox[name], "MemoryPack.Core.dll");
        File.Copy(dependency, dependency + "~");
        if (isChanged)
        {
            // What follows an assembly's last section is not loaded.
            File.AppendAllText(dependency + "~", "changed");
        }

        File.Move(dependency + "~", dependency, overwrite: true);
    }

    /// <summary>Calls as a client and tells which daemon answered: process, origin and build.</summary>
    public async Task<Answer> CallAsync()
    {
        string[] parts = (await sandbox.Start(Path, "pid").AnswerAsync()).Split(' ');
        return new Answer(int.Parse(parts[0], System.Globalization.CultureInfo.InvariantCulture), parts[1], parts[2]);
    }

    public sealed record Answer(int ProcessId, string Origin, string Build);
}
