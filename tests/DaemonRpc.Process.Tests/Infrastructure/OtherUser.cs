using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace DaemonRpc.Process.Tests.Infrastructure;

/// <summary>Somebody else on the same machine, who may look into the sandbox and has a copy of the test program in it.</summary>
/// <remarks>Its number is nobody else's: it is drawn, so that tests that run at the same time are different users.</remarks>
internal sealed class OtherUser
{
    private const int FirstNumber = 20_000;
    private const int LastNumber = 60_000;
    private const int Nobody = 65_534;

    private const UnixFileMode OpenToAll = (UnixFileMode)0b111_101_101;
    private const UnixFileMode Shared = (UnixFileMode)0b111_111_111 | UnixFileMode.StickyBit;

    // With the runtime of this process, which a user's own search may not find.
    private static readonly string s_dotnet = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."));

    private readonly DaemonSandbox _sandbox;
    private readonly string _program;

    private OtherUser(DaemonSandbox sandbox, int id)
    {
        _sandbox = sandbox;
        _program = Path.Combine(sandbox["program"], Path.GetFileName(TestProgram.Path));
        Id = id;
    }

    /// <summary>The number.</summary>
    public int Id { get; }

    /// <summary>Lets another user into the sandbox. Skips the test where nobody can become one.</summary>
    public static OtherUser In(DaemonSandbox sandbox) => In(sandbox, Random.Shared.Next(FirstNumber, LastNumber));

    /// <summary>Lets the user "nobody" into the sandbox.</summary>
    public static OtherUser NobodyIn(DaemonSandbox sandbox)
    {
        Assert.SkipUnless(File.ReadAllText("/proc/self/uid_map").Contains(" 4294967295", StringComparison.Ordinal), "In a user namespace nobody is no user: the number stands for several.");
        return In(sandbox, Nobody);
    }

    private static OtherUser In(DaemonSandbox sandbox, int id)
    {
        Assert.SkipUnless(LibC.EffectiveUserId() == 0, "Only root can become another user.");
        var user = new OtherUser(sandbox, id);
        Assert.SkipUnless(File.Exists("/usr/bin/setpriv") || File.Exists("/bin/setpriv"), "There is no setpriv.");
        Assert.SkipUnless(CanRun("setpriv", [.. user.Become, "true"]), $"User {user.Id} cannot be become: this may be a user namespace without such a number.");
        Assert.SkipUnless(CanRun("setpriv", [.. user.Become, "test", "-r", typeof(object).Assembly.Location]), $"The runtime in {s_dotnet} is closed to other users.");
        File.SetUnixFileMode(sandbox.Folder, OpenToAll);
        File.SetUnixFileMode(sandbox["tmp"], Shared);
        user.CopyProgram();
        return user;
    }

    /// <summary>Makes a folder of this user's.</summary>
    public string MakeFolder(string path, UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute)
    {
        _ = Directory.CreateDirectory(path);
        Assert.Equal(0, LibC.ChangeOwner(path, (uint)Id, (uint)Id));
        File.SetUnixFileMode(path, mode);
        return path;
    }

    /// <summary>Runs the test program as this user.</summary>
    public ToolProcess StartTool(params string[] arguments) => StartTool(arguments, "022", _ => { });

    /// <summary>Runs the test program as this user, with another mask and in another environment.</summary>
    public ToolProcess StartTool(string[] arguments, string mask, Action<IDictionary<string, string?>> change) => _sandbox.Start(
        "setpriv", [.. Become, "sh", "-c", $"umask {mask}; exec \"$@\"", "sh", _program, .. arguments], environment =>
        {
            environment["DOTNET_ROOT"] = s_dotnet;
            change(environment);
        });

    /// <summary>Runs the test program as this user, who may have so many threads and processes as far as it, and what it starts, are concerned.</summary>
    public ToolProcess StartLimitedTool(int threads, params string[] arguments) => _sandbox.Start(
        "setpriv", [.. Become, "prlimit", string.Create(CultureInfo.InvariantCulture, $"--nproc={threads}"), _program, .. arguments], environment => environment["DOTNET_ROOT"] = s_dotnet);

    /// <summary>Runs a command of the shell as this user.</summary>
    public ToolProcess StartShell(string command) => _sandbox.Start("setpriv", [.. Become, "sh", "-c", command]);

    private string[] Become => string.Create(CultureInfo.InvariantCulture, $"--reuid={Id} --regid={Id} --clear-groups").Split(' ');

    private void CopyProgram()
    {
        string folder = Directory.CreateDirectory(_sandbox["program"], OpenToAll).FullName;
        foreach (string file in Directory.GetFiles(Path.GetDirectoryName(TestProgram.Path)!))
        {
            string copy = Path.Combine(folder, Path.GetFileName(file));
            File.Copy(file, copy);
            File.SetUnixFileMode(copy, OpenToAll);
        }
    }

    private static bool CanRun(string program, params string[] arguments)
    {
        using System.Diagnostics.Process process = System.Diagnostics.Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
