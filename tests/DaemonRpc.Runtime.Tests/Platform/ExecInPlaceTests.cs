using System.Diagnostics;

namespace DaemonRpc.Runtime.Tests.Platform;

public sealed class ExecInPlaceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Children_that_are_started_meanwhile_get_none_of_the_descriptors()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The test looks into /proc, and other systems cannot promise it.");
        string file = _folder["kept"];
        using TestChild child = await TestChild.StartAsync("exec-in-place-with-children", file);
        Assert.Equal("become", child.Answer);

        int[] keepers = [.. Process.GetProcessesByName("sleep").Append(Process.GetProcessById(child.Id)).Where(process => Has(process, file)).Select(process => process.Id)];

        Assert.Equal([child.Id], keepers);
        EndChildren(child.Id);
    }

    private static bool Has(Process process, string file)
    {
        try
        {
            return Directory.GetFiles($"/proc/{process.Id}/fd").Any(descriptor => File.ResolveLinkTarget(descriptor, returnFinalTarget: false)?.FullName == file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Another's, which has ended meanwhile.
            return false;
        }
    }

    private static void EndChildren(int parent)
    {
        foreach (Process process in Process.GetProcessesByName("sleep"))
        {
            if (File.Exists($"/proc/{process.Id}/stat") && File.ReadAllText($"/proc/{process.Id}/stat").Split(' ')[3] == $"{parent}")
            {
                process.Kill();
            }
        }
    }
}
