using System.Text;
using DaemonRpc.Logging;
using DaemonRpc.Platform;
using Microsoft.Extensions.Logging.Abstractions;

namespace DaemonRpc.Runtime.Tests.Logging;

public sealed class LogRotationTests : IDisposable
{
    private const int Limit = 10_000;

    private readonly TemporaryFolder _folder = new();
    private readonly Lock _gate = new();
    private readonly int _descriptor;
    private readonly LogRotation _rotation;

    public LogRotationTests()
    {
        // As a daemon's standard streams are opened.
        _descriptor = LibC.Open(Log, Constants.OpenWriteOnly | Constants.OpenCreate | Constants.OpenAppend | Constants.OpenCloseOnExec, 0x180 /* 0600 */);
        Assert.True(_descriptor >= 0);
        _rotation = new LogRotation(Log, Limit, Alone, NullLogger.Instance);
    }

    private string Log => _folder["daemon.log"];

    private string Older => Log + ".1";

    public void Dispose()
    {
        _ = LibC.Close(_descriptor);
        _folder.Dispose();
    }

    [Fact]
    public void Full_log_is_kept_beside_and_its_writers_go_on_at_the_beginning()
    {
        foreach (char text in "abc")
        {
            Write(new string(text, Limit + 1));

            _rotation.Look(_descriptor);

            Assert.Equal(new string(text, Limit + 1), File.ReadAllText(Older));
        }

        Write("and on");
        Assert.Equal("and on", File.ReadAllText(Log));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Older));
    }

    [Fact]
    public void Log_that_is_not_full_is_left_alone()
    {
        Write(new string('a', Limit));

        _rotation.Look(_descriptor);

        Assert.Equal(Limit, new FileInfo(Log).Length);
        Assert.False(File.Exists(Older));
    }

    [Fact]
    public void Log_that_the_process_does_not_write_to_any_more_is_left_alone()
    {
        Write(new string('a', Limit + 1));
        using FileStream elsewhere = File.Create(_folder["elsewhere"]);

        _rotation.Look((int)elsewhere.SafeFileHandle.DangerousGetHandle(), -1);
        Assert.Equal(Limit + 1, new FileInfo(Log).Length);
        _rotation.Look((int)elsewhere.SafeFileHandle.DangerousGetHandle(), _descriptor);
        Assert.Equal(0, new FileInfo(Log).Length);
    }

    [Fact]
    public void Flood_is_kept_up_to_twice_the_limit_and_its_end_is_what_is_kept()
    {
        Write(string.Concat(Enumerable.Range(10_000, 10_000).Select(number => $"{number} is a number\n")));

        _rotation.Look(_descriptor);

        string kept = File.ReadAllText(Older);
        Assert.Equal(2 * Limit, kept.Length);
        Assert.EndsWith("19998 is a number\n19999 is a number\n", kept, StringComparison.Ordinal);
        Assert.Equal(0, new FileInfo(Log).Length);
    }

    [Fact]
    public void Log_is_emptied_though_there_is_no_room_to_keep_it()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Other systems have no /dev/full.");
        _ = File.CreateSymbolicLink(Older, "/dev/full");
        Write(new string('a', Limit + 1));

        _rotation.Look(_descriptor);

        Assert.Equal(0, new FileInfo(Log).Length);
    }

    [Fact]
    public void Log_is_emptied_though_what_it_held_has_no_place_to_go()
    {
        _ = Directory.CreateDirectory(Older);
        Write(new string('a', Limit + 1));

        _rotation.Look(_descriptor);

        Assert.Equal(0, new FileInfo(Log).Length);
        Directory.Delete(Older);
    }

    [Fact]
    public void Log_that_was_moved_is_emptied_and_what_took_its_place_is_not_touched()
    {
        Write(new string('a', Limit + 1));
        File.Move(Log, _folder["moved"]);
        File.WriteAllText(Log, new string('b', Limit + 1));
        File.WriteAllText(Older, "a successor's");

        _rotation.Look(_descriptor);

        Assert.Equal(0, new FileInfo(_folder["moved"]).Length);
        Assert.Equal(Limit + 1, new FileInfo(Log).Length);
        Assert.Equal("a successor's", File.ReadAllText(Older));
    }

    [Fact]
    public async Task Lines_of_writers_that_can_be_held_off_are_never_lost()
    {
        // More than the limit, so that it is emptied while they come; less than twice of it, so that all of it is kept.
        const int Lines = 4_000;
        for (int round = 0; round < 20; round++)
        {
            File.WriteAllText(Log, "");
            File.Delete(Older);
            Task writing = Patience.InThread(() =>
            {
                for (int number = 0; number < Lines; number++)
                {
                    lock (_gate)
                    {
                        Write($"{number}\n");
                    }
                }
            });
            while (!File.Exists(Older))
            {
                _rotation.Look(_descriptor);
            }

            await writing;
            Assert.Equal(Enumerable.Range(0, Lines), (File.ReadAllText(Older) + File.ReadAllText(Log)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse));
        }
    }

    private void Alone(Action action)
    {
        lock (_gate)
        {
            action();
        }
    }

    private unsafe void Write(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        fixed (byte* start = bytes)
        {
            Assert.Equal(bytes.Length, LibC.Write(_descriptor, start, bytes.Length));
        }
    }
}
