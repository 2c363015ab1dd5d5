using DaemonRpc.Host;
using DaemonRpc.Program;

namespace DaemonRpc.Runtime.Tests.Host;

public sealed class DeletedProgramTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _reasons = [];
    private readonly DeletedProgram _deleted;
    private bool _isAlone = true;
    private bool _isIdle = true;

    public DeletedProgramTests()
    {
        File.WriteAllText(_folder["app"], "its code");
        _deleted = new DeletedProgram(new RunningProgram(ProgramFiles.At(_folder["app"])), () => _isAlone, TryLeave);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Daemon_leaves_once_when_its_program_stays_deleted()
    {
        File.Delete(_folder["app"]);
        Look(DeletedProgram.Looks - 1);
        Assert.Empty(_reasons);

        Look(10);

        Assert.Contains($"'{_folder["app"]}' was deleted", Assert.Single(_reasons), StringComparison.Ordinal);
    }

    [Fact]
    public void Program_that_is_written_again_was_not_deleted()
    {
        for (int build = 0; build < 3; build++)
        {
            File.Delete(_folder["app"]);
            Look(DeletedProgram.Looks - 1);
            File.WriteAllText(_folder["app"], "its code");
            Look(1);
        }

        Assert.Empty(_reasons);
    }

    [Fact]
    public void Client_that_is_connected_and_task_that_runs_keep_the_daemon()
    {
        File.Delete(_folder["app"]);
        _isAlone = false;
        Look(100);
        _isAlone = true;
        _isIdle = false;
        Look(3);
        Assert.Empty(_reasons);

        _isIdle = true;
        Look(1);

        _ = Assert.Single(_reasons);
    }

    private void Look(int times)
    {
        for (int time = 0; time < times; time++)
        {
            _deleted.Look();
        }
    }

    private bool TryLeave(string reason)
    {
        if (_isIdle)
        {
            _reasons.Add(reason);
        }

        return _isIdle;
    }
}
