using DaemonRpc.Program;

namespace DaemonRpc.Runtime.Tests.Program;

public sealed class ProgramFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Program_of_one_file_is_that_file()
    {
        Write("tool", "one");
        Write("library.dll", "beside");
        ProgramFiles files = ProgramFiles.At(_folder["tool"]);

        Write("library.dll", "changed");
        Assert.False(files.HaveChanged);
        Write("tool", "two");
        Assert.True(files.HaveChanged);
    }

    [Theory]
    [InlineData("tool")]
    [InlineData("tool.dll")]
    [InlineData("tool.deps.json")]
    [InlineData("tool.runtimeconfig.json")]
    [InlineData("library.dll")]
    [InlineData("runtimes/linux-x64/lib/net10.0/library.dll")]
    public void Program_with_assemblies_is_all_of_them(string changed)
    {
        Directory.CreateDirectory(_folder["runtimes/linux-x64/lib/net10.0"]);
        foreach (string name in new[] { "tool", "tool.dll", "tool.deps.json", "tool.runtimeconfig.json", "library.dll", "runtimes/linux-x64/lib/net10.0/library.dll", "notes.txt" })
        {
            Write(name, name);
        }

        ProgramFiles files = ProgramFiles.At(_folder["tool"]);
        Write("notes.txt", "changed");
        Assert.False(files.HaveChanged);

        Write(changed, "changed");

        Assert.True(files.HaveChanged);
    }

    [Fact]
    public void Assembly_that_is_added_or_removed_is_a_change()
    {
        Write("tool.dll", "program");
        Write("library.dll", "library");
        ProgramFiles files = ProgramFiles.At(_folder["tool.dll"]);
        Write("plugin.dll", "plugin");
        Assert.True(files.HaveChanged);
        File.Delete(_folder["plugin.dll"]);
        Assert.False(files.HaveChanged);

        File.Delete(_folder["library.dll"]);

        Assert.True(files.HaveChanged);
    }

    [Fact]
    public void File_of_the_same_content_and_time_in_another_inode_is_a_change()
    {
        Write("tool", "one");
        ProgramFiles files = ProgramFiles.At(_folder["tool"]);
        File.Copy(_folder["tool"], _folder["copy"]);
        File.SetLastWriteTimeUtc(_folder["copy"], File.GetLastWriteTimeUtc(_folder["tool"]));

        File.Move(_folder["copy"], _folder["tool"], overwrite: true);

        Assert.True(files.HaveChanged);
    }

    [Fact]
    public void Links_lead_to_the_one_path()
    {
        Write("tool", "one");
        _ = File.CreateSymbolicLink(_folder["link"], _folder["tool"]);

        Assert.Equal(ProgramFiles.At(_folder["tool"]), ProgramFiles.At(_folder["link"]));
    }

    [Fact]
    public void Program_that_is_gone_has_changed()
    {
        Write("tool", "one");
        ProgramFiles files = ProgramFiles.At(_folder["tool"]);

        File.Delete(_folder["tool"]);

        Assert.True(files.HaveChanged);
        Assert.False(default(ProgramFiles).HaveChanged);
    }

    private void Write(string name, string text) => File.WriteAllText(_folder[name], text);
}
