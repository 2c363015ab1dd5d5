using DaemonRpc.Generators.Tests.Infrastructure;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace DaemonRpc.Generators.Tests.Diagnostics;

/// <summary>Programs that start themselves as the daemon.</summary>
public sealed class LaunchTests
{
    private const string Contract = """
        [DaemonRpc.DaemonRpc("jobs")]
        public interface IJobs
        {
            System.Threading.Tasks.Task RunAsync();
        }
        """;

    private const string Handler = "public sealed class Jobs : IJobs { public System.Threading.Tasks.Task RunAsync() => System.Threading.Tasks.Task.CompletedTask; }";

    [Theory]
    [InlineData("await using JobsClient client = await [|JobsClient.ConnectAsync|]();")]
    [InlineData("await using JobsClient client = await [|JobsClient.ConnectAsync|](null);")]
    [InlineData("await using JobsClient client = await [|JobsClient.ConnectAsync|](new DaemonClientOptions { Instance = \"a\" });")]
    [InlineData("DaemonClientOptions options = new(); await using JobsClient client = await [|JobsClient.ConnectAsync|](options);")]
    [InlineData("await using JobsClient client = await [|JobsClient.ConnectAsync|](Make()); DaemonClientOptions Make() => new();")]
    [InlineData("await [|JobsClient.ConnectAsync|](); await JobsClient.ConnectAsync();")]
    [InlineData("_ = JobsDaemon.IsRequested; _ = JobsDaemon.BuildTimestamp; await [|JobsClient.ConnectAsync|]();")]
    [InlineData("await [|JobsClient.ConnectAsync|](); JobsClient.ConnectInProcess(_ => new Jobs());")]
    [InlineData("await [|JobsClient.ConnectAsync|](); await OtherDaemon.RunAsync(_ => null!);")]
    public async Task Program_that_never_runs_its_daemon_is_warned(string statements)
    {
        ProgramRun run = await Program(statements);

        run.AssertReports(
            "DRPC308",
            DiagnosticSeverity.Warning,
            "'JobsClient.ConnectAsync' starts this program again as the daemon, so the program must begin with JobsDaemon.RunAsync if JobsDaemon.IsRequested; or set DaemonClientOptions.Launch to start another program");
    }

    [Theory]
    [InlineData("if (JobsDaemon.IsRequested) return await JobsDaemon.RunAsync(_ => new Jobs()); await JobsClient.ConnectAsync(); return 0;")]
    [InlineData("await JobsClient.ConnectAsync(); System.Func<System.Func<DaemonContext, IJobs>, DaemonOptions?, System.Threading.Tasks.Task<int>> run = JobsDaemon.RunAsync;")]
    [InlineData("await JobsClient.ConnectAsync(new DaemonClientOptions { Launch = DaemonLaunch.None });")]
    [InlineData("DaemonClientOptions options = new(); options.Launch = DaemonLaunch.Executable(\"/bin/jobs\"); await JobsClient.ConnectAsync(options);")]
    [InlineData("JobsClient.ConnectInProcess(_ => new Jobs());")]
    public async Task Program_that_runs_its_daemon_or_starts_another_is_not_warned(string statements)
    {
        ProgramRun run = await Program(statements);

        Assert.Empty(run.Diagnostics);
    }

    [Fact]
    public async Task Program_whose_project_references_a_daemon_is_not_warned()
    {
        ProgramRun run = await ProgramRun.Of(
            OutputKind.ConsoleApplication, [], "await JobsClient.ConnectAsync();", "[assembly: System.Reflection.AssemblyMetadata(\"DaemonRpc.Daemon\", \"jobsd\")]\n" + Contract);

        Assert.Empty(run.Diagnostics);
    }

    [Fact]
    public async Task Library_is_not_warned()
    {
        ProgramRun run = await ProgramRun.Of(
            "public static class Tool { public static async System.Threading.Tasks.Task RunAsync() => await JobsClient.ConnectAsync(); }", Contract);

        Assert.Empty(run.Diagnostics);
    }

    [Theory]
    [InlineData("xunit.v3.core")]
    [InlineData("nunit.framework")]
    [InlineData("Microsoft.Testing.Platform")]
    [InlineData("Microsoft.VisualStudio.TestPlatform.TestFramework")]
    public async Task Test_project_is_not_warned(string referenced)
    {
        ProgramRun run = await ProgramRun.Of(OutputKind.ConsoleApplication, [Empty(referenced)], "await JobsClient.ConnectAsync();", Contract);

        Assert.Empty(run.Diagnostics);
    }

    [Fact]
    public async Task Contract_of_a_library_without_a_handler_is_warned_and_one_with_a_handler_is_not()
    {
        const string Connect = "await [|JobsClient.ConnectAsync|]();";

        ProgramRun without = await ProgramRun.Of(OutputKind.ConsoleApplication, [TestCompilation.CompileLibrary(Contract)], Connect);
        ProgramRun with = await ProgramRun.Of(OutputKind.ConsoleApplication, [TestCompilation.CompileLibrary(Contract + Handler)], Connect);
        ProgramRun own = await ProgramRun.Of(OutputKind.ConsoleApplication, [TestCompilation.CompileLibrary(Contract)], Connect, Handler);

        without.AssertReports("DRPC308");
        Assert.Empty(with.Diagnostics);
        Assert.Empty(own.Diagnostics);
    }

    [Fact]
    public async Task Options_of_a_library_may_set_how_to_start_the_daemon()
    {
        MetadataReference library = TestCompilation.CompileLibrary(
            "public static class Configured { public static DaemonRpc.DaemonClientOptions Options => new() { Launch = DaemonRpc.DaemonLaunch.None }; }");

        ProgramRun run = await ProgramRun.Of(OutputKind.ConsoleApplication, [library], "await JobsClient.ConnectAsync(Configured.Options);", Contract);

        Assert.Empty(run.Diagnostics);
    }

    private static Task<ProgramRun> Program(string statements) => ProgramRun.Of(
        OutputKind.ConsoleApplication, [], "using DaemonRpc;\n" + statements, Contract, Handler, "[DaemonRpc.DaemonRpc(\"other\")] public interface IOther;");

    private static PortableExecutableReference Empty(string name)
    {
        using MemoryStream image = new();
        CSharpCompilation.Create(name, [], [MetadataReference.CreateFromFile(typeof(object).Assembly.Location)], new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary))
            .Emit(image, cancellationToken: TestContext.Current.CancellationToken);
        return MetadataReference.CreateFromImage(image.ToArray());
    }
}
