using DaemonRpc.Calls;
using DaemonRpc.Program;
using DaemonRpc.Protocol;

namespace DaemonRpc.Runtime.Tests.Launch;

public sealed class DaemonLaunchTests
{
    private static readonly ContractIdentity s_contract = new("id", "contract", new BuildIdentity(1, 2), new BuildIdentity(3, 4));

    [Fact]
    public void Program_beside_is_in_a_folder_of_its_own()
    {
        var program = LaunchProgram.From(DaemonLaunch.Beside("wordsd", "--quiet"));

        Assert.Equal(Path.Combine(AppContext.BaseDirectory, "daemons", "wordsd", "wordsd"), program?.Path);
        Assert.Equal(["--quiet"], program?.Arguments);
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("bin/wordsd")]
    [InlineData("/bin/wordsd")]
    public void Path_is_no_program_beside(string name) => Assert.Throws<ArgumentException>(nameof(name), () => DaemonLaunch.Beside(name));

    [Fact]
    public void Client_starts_the_daemon_that_its_project_references_unless_it_is_told_otherwise()
    {
        ContractIdentity split = s_contract with { Daemon = "wordsd" };

        Assert.Same(DaemonLaunch.Self, ClientProgram.LaunchOf(s_contract, DaemonLaunch.Default));
        Assert.Equal(DaemonLaunch.Beside("wordsd").Path, ClientProgram.LaunchOf(split, DaemonLaunch.Default).Path);
        Assert.Same(DaemonLaunch.Self, ClientProgram.LaunchOf(split, DaemonLaunch.Self));
        Assert.Same(DaemonLaunch.None, ClientProgram.LaunchOf(split, DaemonLaunch.None));
    }
}
