using System.Globalization;
using System.Text;
using DaemonRpc.Platform;

namespace DaemonRpc.Runtime.Tests.Platform;

public sealed class ProgramPagesTests
{
    private const string Program = "/opt/tools/search";

    // Of the number that says what was written to: four kilobytes that are not in memory.
    private const long InSwap = 4 << 8;

    [Fact]
    public void Files_of_the_program_that_were_not_written_to_are_found() =>
        Assert.Equal(
            ["1000-2000", "5000-6000", "a000-b000", "c000-d000"],
            Find(
                ("1000-2000 r--p 00000000 fe:00 11    /opt/tools/search", 0),
                ("2000-3000 r--p 00001000 fe:00 11    /opt/tools/search", 4),
                ("3000-4000 rw-p 00002000 fe:00 11    /opt/tools/search", 0),
                ("4000-5000 rw-p 00000000 00:00 0 ", 0),
                ("5000-6000 r-xp 00000000 fe:00 12    /usr/lib/x86_64-linux-gnu/libc.so.6", 0),
                ("6000-7000 r--p 00000000 fe:00 13    /home/me/data/numbers", 0),
                ("7000-8000 r-xp 00000000 fe:00 14    /home/me/libplugin.so", 0),
                ("8000-9000 r--p 00000000 00:00 0     [vvar]", 0),
                ("9000-a000 ---p 00000000 fe:00 11    /opt/tools/search", 0),
                ("a000-b000 r-xp 00000000 fe:00 11    /opt/tools/search (deleted)", 0),
                ("b000-c000 r-xp 00000000 00:00 0 ", 0),
                ("c000-d000 r--s 00000000 fe:00 15    /usr/share/dotnet/shared/System.Private.CoreLib.dll", 0)));

    [Fact]
    public void What_was_written_to_is_left_alone_also_when_it_is_in_the_swap() =>
        Assert.Equal(
            ["3000-4000"],
            Find(
                ("1000-2000 r--p 00000000 fe:00 11    /opt/tools/search", InSwap),
                ("2000-3000 r--p 00000000 fe:00 11    /opt/tools/search", InSwap + 4),
                ("3000-4000 r--p 00000000 fe:00 11    /opt/tools/search", 0)));

    [Fact]
    public void Names_that_only_begin_alike_are_left_alone() =>
        Assert.Empty(
            Find(
                ("1000-2000 r--p 00000000 fe:00 11    /opt/tools/search.db", 0),
                ("2000-3000 r--p 00000000 fe:00 11    /opt/tools/search.Plugin.dll", 0),
                ("3000-4000 r-xp 00000000 fe:00 11    /usr/lib/libc-client.so.2007e", 0),
                ("4000-5000 r-xp 00000000 fe:00 11    /usr/lib/libm-extra.so", 0),
                ("5000-6000 r-xp 00000000 fe:00 11    /usr/lib/libstdc++.so.6.0.30", 0),
                ("6000-7000 r-xp 00000000 fe:00 11    /opt/System.Private.CoreLib.dll.bak", 0)));

    [Fact]
    public void Text_is_read_in_any_pieces()
    {
        string line = "1000-2000 r-xp 00000000 fe:00 11    /opt/tools/search";
        (string, long)[] mappings = [.. Enumerable.Range(0, 300).Select(_ => (line, 0L))];
        Assert.Equal(300, Find(mappings).Count);
        for (int piece = 1; piece < 100; piece++)
        {
            Assert.Equal(["1000-2000"], Find(piece, ("0800-1000 r--p 00000000 00:00 0 ", 0), (line, 0)));
        }
    }

    [Fact]
    public void Name_of_any_length_leads_nobody_astray()
    {
        string name = "/home/" + new string('x', 20_000);
        Assert.Equal(["1000-2000"], Find(($"0800-1000 r--p 00000000 fe:00 9 {name}", 0), ("1000-2000 r-xp 00000000 fe:00 11    /opt/tools/search", 0)));
    }

    [Fact]
    public void Process_goes_on_without_its_pages()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Skip("Only Linux tells what is mapped.");
        }

        for (int round = 0; round < 5; round++)
        {
            Assert.InRange(ProgramPages.LetGo(), 1024 * 1024, long.MaxValue);
            GC.Collect();
            Assert.Equal(5050, Enumerable.Range(1, 100).Sum());
        }
    }

    private static List<string> Find(params (string Line, long Anonymous)[] mappings) => Find(int.MaxValue, mappings);

    private static List<string> Find(int piece, params (string Line, long Anonymous)[] mappings)
    {
        var text = new StringBuilder();
        foreach ((string line, long anonymous) in mappings)
        {
            _ = text.Append(line).Append('\n')
                .Append("Size:                  4 kB\nRss:                   4 kB\nPrivate_Clean:         4 kB\n")
                .Append(CultureInfo.InvariantCulture, $"Anonymous:      {anonymous & 0xFF,8} kB\nFilePmdMapped:         0 kB\n")
                .Append(CultureInfo.InvariantCulture, $"Swap:           {anonymous >> 8,8} kB\nSwapPss:               0 kB\nVmFlags: rd ex mr mw me\n");
        }

        List<string> found = [];
        ProgramPages.Read(new Pieces(Encoding.UTF8.GetBytes(text.ToString()), piece), Program, (start, end) => found.Add($"{start:x}-{end:x}"));
        return found;
    }

    /// <summary>Gives at most so many bytes at a time.</summary>
    private sealed class Pieces(byte[] bytes, int piece) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, piece));
    }
}
