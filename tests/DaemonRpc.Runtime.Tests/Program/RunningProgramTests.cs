using DaemonRpc.Program;

namespace DaemonRpc.Runtime.Tests.Program;

public sealed class RunningProgramTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public RunningProgramTests()
    {
        foreach (string name in new[] { "tool", "tool.dll", "tool.deps.json", "library.dll" })
        {
            Write(name, name);
        }
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Contents_are_those_of_the_files_that_the_program_was_started_from()
    {
        var program = new RunningProgram(ProgramFiles.At(_folder["tool"]));
        Write("library.dll", "changed before it was looked at");
        program.NoteContents();

        Write("library.dll", "changed before it was looked at");

        Assert.False(program.IsUnchangedIn(ProgramFiles.At(_folder["tool"]).Digest));
    }

    [Theory]
    [InlineData("tool")]
    [InlineData("tool.dll")]
    [InlineData("tool.deps.json")]
    [InlineData("library.dll")]
    public void Every_byte_of_every_file_counts(string file)
    {
        byte[] bytes = new byte[40_000];
        new Random(12).NextBytes(bytes);
        WriteBytes(bytes);
        RunningProgram program = Noted();
        WriteBytes(bytes);
        Assert.True(program.IsUnchangedIn(Digest));

        foreach (int place in new[] { 0, 7, 8, 16_383, 16_384, 39_992, 39_999 })
        {
            bytes[place] ^= 0x80;
            WriteBytes(bytes);
            Assert.False(program.IsUnchangedIn(Digest));
            bytes[place] ^= 0x80;
        }

        WriteBytes([.. bytes, 0]);
        Assert.False(program.IsUnchangedIn(Digest));

        void WriteBytes(byte[] all)
        {
            File.WriteAllBytes(_folder[file] + "~", all);
            File.Move(_folder[file] + "~", _folder[file], overwrite: true);
        }
    }

    [Fact]
    public void Files_that_trade_their_contents_are_not_the_same()
    {
        RunningProgram program = Noted();
        Write("tool.dll", "library.dll");
        Write("library.dll", "tool.dll");

        Assert.False(program.IsUnchangedIn(Digest));
    }

    [Fact]
    public void Digest_of_files_that_are_no_longer_there_is_not_believed()
    {
        RunningProgram program = Noted();
        Write("library.dll", "library.dll");
        long then = Digest;
        Write("library.dll", "library.dll");

        Assert.False(program.IsUnchangedIn(then));
        Assert.True(program.IsUnchangedIn(Digest));
    }

    [Fact]
    public void File_that_cannot_be_read_is_not_the_same()
    {
        RunningProgram program = Noted();
        File.Delete(_folder["library.dll"]);
        _ = File.CreateSymbolicLink(_folder["library.dll"], _folder["nowhere"]);

        Assert.False(program.IsUnchangedIn(Digest));
    }

    [Fact]
    public async Task Client_that_connects_does_not_wait_while_the_files_are_read()
    {
        using var reading = new ManualResetEventSlim();
        using var read = new ManualResetEventSlim();
        var program = new RunningProgram(ProgramFiles.At(_folder["tool"]), path =>
        {
            reading.Set();
            Assert.True(read.Wait(Patience.Limit));
            return ProgramContents.Of(path);
        });
        Task noting = Patience.InThread(program.NoteContents);
        await Patience.InThread(reading.Wait);

        Assert.Equal(Digest, (await Patience.InThread(() => program.Files)).Digest);
        Assert.True(await Patience.InThread(() => program.IsUnchangedIn(Digest)));
        Assert.False(noting.IsCompleted);

        read.Set();
        await noting;
    }

    [Fact]
    public async Task Pipe_among_the_files_keeps_nobody_waiting()
    {
        File.Delete(_folder["library.dll"]);
        using (System.Diagnostics.Process making = System.Diagnostics.Process.Start("mkfifo", [_folder["library.dll"]]))
        {
            await making.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        RunningProgram program = await Patience.InThread(Noted);
        Write("tool", "tool");

        Assert.False(await Patience.InThread(() => program.IsUnchangedIn(Digest)));
    }

    private long Digest => ProgramFiles.At(_folder["tool"]).Digest;

    private RunningProgram Noted()
    {
        var program = new RunningProgram(ProgramFiles.At(_folder["tool"]));
        program.NoteContents();
        return program;
    }

    private void Write(string name, string text)
    {
        File.WriteAllText(_folder[name] + "~", text);
        File.Move(_folder[name] + "~", _folder[name], overwrite: true);
    }
}
