using DaemonRpc.Tool.Checking;

namespace DaemonRpc.Tool.Tests.Checking;

public sealed class CheckTests
{
    [Theory]
    [InlineData("0::/user.slice/user-1000.slice/session-2.scope\n", null)]
    [InlineData("0::/user.slice/user-1000.slice/user@1000.service/app.slice/terminal.scope\n", null)]
    [InlineData("0::/user.slice/user-1000.slice/user@1000.service/app.slice/editor.service\n", "editor.service")]
    [InlineData("0::/system.slice/ci-runner.service\n", "ci-runner.service")]
    [InlineData("", null)]
    public void Service_that_ends_its_daemons_is_found(string controlGroups, string? unit) => Assert.Equal(unit, DaemonChecks.UnitOf(controlGroups));

    [Theory]
    [InlineData("", false)]
    [InlineData("#KillUserProcesses=yes", false)]
    [InlineData("[Login]\nKillUserProcesses=yes\n", true)]
    [InlineData("KillUserProcesses=yes\nKillUserProcesses=no", false)]
    public void Last_setting_of_logind_counts(string settings, bool kills) => Assert.Equal(kills, LogoutChecks.KillsUserProcesses(settings));

    [Theory]
    [InlineData("Max open files            1024                 1048576              files     ", 1024L)]
    [InlineData("Max open files            unlimited            unlimited            files     ", null)]
    [InlineData("Max processes             100                  100                  processes ", null)]
    public void Soft_limit_is_read(string line, long? limit) => Assert.Equal(limit, SystemChecks.SoftLimit([line], "Max open files"));
}
