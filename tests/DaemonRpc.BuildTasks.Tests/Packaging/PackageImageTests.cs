using System.Diagnostics;
using System.Reflection.PortableExecutable;

namespace DaemonRpc.BuildTasks.Tests.Packaging;

/// <summary>The runtime compiled ahead of time, one image per platform, beside the one of IL alone that compilers and unknown platforms take.</summary>
public sealed class PackageImageTests(PackedPackage package) : IDisposable
{
    private const string InLib = "lib/net10.0/DaemonRpc.Runtime.dll";

    // What the number of the processor is XORed with, so that no system's runtime takes another's code.
    private const int Linux = 0x7B79;
    private const int Apple = 0x4644;

    private readonly TestSolution _solution = new(package);

    public void Dispose() => _solution.Dispose();

    [Fact]
    public void Assembly_in_lib_has_no_native_code() =>
        Assert.False(AssemblyImage.InPackage(package.Path, InLib).HasNativeCode);

    [Fact]
    public void Image_of_this_platform_is_the_same_compilation_with_native_code() =>
        AssertImage(package.Path, PackedPackage.Platform);

    [Fact]
    public void Package_for_users_holds_an_image_for_every_platform()
    {
        string[] platforms = ["linux-arm64", "linux-x64", "osx-arm64", "osx-x64"];
        Assert.SkipUnless(
            platforms.All(PackedPackage.HasRuntimeOf),
            "The runtimes of other platforms are not among this repository's restored packages; packing once for all platforms brings them.");

        package.Pack(_solution.Folder["all"]).Succeeded();

        Assert.All(platforms, platform => AssertImage(Path.Combine(_solution.Folder["all"], package.FileName), platform));
    }

    [Fact]
    public void Package_is_not_made_without_a_platform_that_it_should_hold()
    {
        CommandRun pack = package.Pack(_solution.Folder["none"], $"-p:ReadyToRunPlatforms={PackedPackage.Platform}%3Bbeos-x64");

        Assert.NotEqual(0, pack.ExitCode);
        Assert.Contains($"To pack for fewer: -p:ReadyToRunPlatforms={PackedPackage.Platform}", pack.Output, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_solution.Folder["none"], package.FileName)));
    }

    [Fact]
    public void Program_built_for_any_platform_runs_the_image_of_this_one()
    {
        TestProject app = _solution.AddExecutable("App");
        app.Write("Program.cs", "System.Console.Write(typeof(DaemonRpc.DaemonControl).Assembly.Location);");
        app.Build();

        string location = Output("App/bin/Debug/net10.0/App");

        Assert.EndsWith($"App/bin/Debug/net10.0/runtimes/{PackedPackage.Platform}/lib/net10.0/DaemonRpc.Runtime.dll", location, StringComparison.Ordinal);
        Assert.True(AssemblyImage.OfFile(location).HasNativeCode);
    }

    [Fact]
    public void Program_published_for_a_platform_runs_its_image()
    {
        TestProject app = _solution.AddExecutable("App");
        app.Write("Program.cs", "System.Console.Write(typeof(DaemonRpc.DaemonControl).Assembly.Location);");
        app.Run("publish", "App", "--use-current-runtime", "--no-self-contained", "-o", _solution.Folder["out"]).Succeeded();

        string location = Output("out/App");

        Assert.EndsWith("out/DaemonRpc.Runtime.dll", location, StringComparison.Ordinal);
        Assert.True(AssemblyImage.OfFile(location).HasNativeCode);
    }

    private static void AssertImage(string package, string platform)
    {
        AssemblyImage assembly = AssemblyImage.InPackage(package, InLib);
        AssemblyImage image = AssemblyImage.InPackage(package, $"runtimes/{platform}/lib/net10.0/DaemonRpc.Runtime.dll");

        Assert.True(image.HasNativeCode);
        Assert.Equal(MachineOf(platform), image.Machine);
        Assert.Equal((assembly.Compilation, assembly.Symbols), (image.Compilation, image.Symbols));
    }

    private static Machine MachineOf(string platform)
    {
        Machine processor = platform.EndsWith("arm64", StringComparison.Ordinal) ? Machine.Arm64 : Machine.Amd64;
        return (Machine)((int)processor ^ (platform.StartsWith("osx", StringComparison.Ordinal) ? Apple : Linux));
    }

    private string Output(string program)
    {
        using Process process = Process.Start(new ProcessStartInfo(_solution.Folder[program]) { RedirectStandardOutput = true })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output;
    }
}
