using DaemonRpc.Generators.Tests.Infrastructure;
using Microsoft.CodeAnalysis;

namespace DaemonRpc.Generators.Tests.Diagnostics;

/// <summary>Code that does something else in a daemon than in its caller's process.</summary>
public sealed class DaemonCodeTests
{
    private const string NoInput = "'{0}', which 'Jobs.RunAsync' runs, gets no input in a daemon; let the client read, and pass what it read as an argument";
    private const string ToLog =
        "'{0}', which 'Jobs.RunAsync' runs, concerns the daemon's log, not the caller's terminal; return the text, report it with IProgress<T>, or log it with DaemonContext.Logger";
    private const string OwnDirectory =
        "'{0}', which 'Jobs.RunAsync' runs, concerns the daemon's working directory, which is not the caller's; use DaemonContext.Caller.WorkingDirectory";
    private const string Ends = "'{0}', which 'Jobs.RunAsync' runs, ends the daemon for all its clients; throw an exception, which only the caller gets";
    private const string OwnEnvironment =
        "'{0}', which 'Jobs.RunAsync' runs, concerns the daemon's environment, which has few of its clients' variables; use DaemonContext.Caller.Environment";
    private const string Shared =
        "'{0}', which 'Jobs.RunAsync' sets, keeps its value for all later calls, whoever makes them, until the daemon ends; keep what belongs to a call in the call";

    [Theory]
    [InlineData("_ = [|Console.ReadLine|]();", "DRPC301", "Console.ReadLine", DiagnosticSeverity.Warning, NoInput)]
    [InlineData("_ = [|Console.In|].ReadToEnd();", "DRPC301", "Console.In", DiagnosticSeverity.Warning, NoInput)]
    [InlineData("[|Console.CancelKeyPress|] += (_, _) => { };", "DRPC301", "Console.CancelKeyPress", DiagnosticSeverity.Warning, NoInput)]
    [InlineData("[|Console.WriteLine|](1);", "DRPC302", "Console.WriteLine", DiagnosticSeverity.Warning, ToLog)]
    [InlineData("[|Console.Error|].WriteLine();", "DRPC302", "Console.Error", DiagnosticSeverity.Warning, ToLog)]
    [InlineData("[|Console.Title|] = \"\";", "DRPC302", "Console.Title", DiagnosticSeverity.Warning, ToLog)]
    [InlineData("_ = [|Environment.CurrentDirectory|];", "DRPC303", "Environment.CurrentDirectory", DiagnosticSeverity.Warning, OwnDirectory)]
    [InlineData("[|Environment.CurrentDirectory|] = \"/\";", "DRPC303", "Environment.CurrentDirectory", DiagnosticSeverity.Warning, OwnDirectory)]
    [InlineData("_ = [|System.IO.Directory.GetCurrentDirectory|]();", "DRPC303", "Directory.GetCurrentDirectory", DiagnosticSeverity.Warning, OwnDirectory)]
    [InlineData("[|System.IO.Directory.SetCurrentDirectory|](\"/\");", "DRPC303", "Directory.SetCurrentDirectory", DiagnosticSeverity.Warning, OwnDirectory)]
    [InlineData("[|Environment.Exit|](1);", "DRPC304", "Environment.Exit", DiagnosticSeverity.Warning, Ends)]
    [InlineData("[|Environment.FailFast|](\"\");", "DRPC304", "Environment.FailFast", DiagnosticSeverity.Warning, Ends)]
    [InlineData("_ = [|Environment.GetEnvironmentVariable|](\"A\");", "DRPC305", "Environment.GetEnvironmentVariable", DiagnosticSeverity.Info, OwnEnvironment)]
    [InlineData("[|Environment.SetEnvironmentVariable|](\"A\", \"\");", "DRPC305", "Environment.SetEnvironmentVariable", DiagnosticSeverity.Info, OwnEnvironment)]
    [InlineData("[|s_count|] = 1;", "DRPC307", "Jobs.s_count", DiagnosticSeverity.Info, Shared)]
    [InlineData("[|s_count|]++;", "DRPC307", "Jobs.s_count", DiagnosticSeverity.Info, Shared)]
    [InlineData("[|Count|] += 1;", "DRPC307", "Jobs.Count", DiagnosticSeverity.Info, Shared)]
    public async Task What_a_process_has_once_is_reported_in_a_handler(string statement, string id, string name, DiagnosticSeverity severity, string message)
    {
        ProgramRun run = await ProgramRun.Of(Handler(statement));

        run.AssertReports(id, severity, message.Replace("{0}", name, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("s_cache ??= new object();")]
    [InlineData("_ = s_count;")]
    [InlineData("_ownCount++;")]
    [InlineData("s_perThread = 1;")]
    [InlineData("_ = Environment.ProcessorCount;")]
    [InlineData("_ = Environment.NewLine;")]
    [InlineData("System.IO.Directory.CreateDirectory(\"/tmp/a\");")]
    [InlineData("Other.Console.WriteLine();")]
    public async Task What_is_the_same_in_every_process_is_not_reported(string statement)
    {
        ProgramRun run = await ProgramRun.Of(Handler(statement));

        Assert.Empty(run.Diagnostics);
    }

    [Theory]
    [InlineData("Helper.Run();", "internal static class Helper { public static void Run() => [|Console.WriteLine|](); }")]
    [InlineData("Helper.Run();", "internal static class Helper { public static void Run() => Again(); static void Again() { Run(); [|Console.WriteLine|](); } }")]
    [InlineData("new Helper().Run<int>();", "internal sealed class Helper { public void Run<T>() => [|Console.WriteLine|](); }")]
    [InlineData("_ = new Helper();", "internal sealed class Helper { public Helper() => [|Console.WriteLine|](); }")]
    [InlineData("_ = new Helper();", "internal sealed class Helper { public string? Line = [|Console.ReadLine|](); }")]
    [InlineData("_ = new Helper().Line;", "internal sealed class Helper { public string? Line => [|Console.ReadLine|](); }")]
    [InlineData("new Helper().Line = \"\";", "internal sealed class Helper { public string? Line { get => null; set => [|Console.WriteLine|](); } }")]
    [InlineData("\"\".Run();", "internal static class Helper { public static void Run(this string text) => [|Console.WriteLine|](text); }")]
    [InlineData("Action run = Helper.Run; run();", "internal static class Helper { public static void Run() => [|Console.WriteLine|](); }")]
    [InlineData("Task.Run(() => Helper.Run());", "internal static class Helper { public static void Run() => [|Console.WriteLine|](); }")]
    public async Task Code_that_a_handler_calls_runs_in_the_daemon_too(string statement, string helper)
    {
        ProgramRun run = await ProgramRun.Of(Handler(statement), "using System;\n" + helper);

        Diagnostic diagnostic = Assert.Single(run.Diagnostics);
        Assert.Contains("which 'Jobs.RunAsync' runs", diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);
        run.AssertReports(diagnostic.Id);
    }

    [Theory]
    [InlineData("public Jobs() => [|Console.WriteLine|]();", "new Jobs")]
    [InlineData("private readonly string? _line = [|Console.ReadLine|]();", "Jobs._line")]
    [InlineData("public string? Line { get; } = [|Console.ReadLine|]();", "Jobs.Line")]
    [InlineData("public void Dispose() => [|Console.WriteLine|]();", "Jobs.Dispose")]
    public async Task Beginning_and_end_of_a_handler_run_in_the_daemon_too(string member, string root)
    {
        ProgramRun run = await ProgramRun.Of(Handler("", member));

        Diagnostic diagnostic = Assert.Single(run.Diagnostics);
        Assert.Contains($"which '{root}' runs", diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);
        run.AssertReports(diagnostic.Id);
    }

    [Fact]
    public async Task Code_that_two_handlers_call_is_reported_once_for_the_first()
    {
        ProgramRun run = await ProgramRun.Of(
            Handler("Helper.Run();"),
            "public sealed class Second : IJobs { public System.Threading.Tasks.Task RunAsync() { Helper.Run(); return System.Threading.Tasks.Task.CompletedTask; } }",
            "internal static class Helper { public static void Run() => [|System.Console.WriteLine|](); }");

        run.AssertReports("DRPC302", DiagnosticSeverity.Warning, ToLog.Replace("{0}", "Console.WriteLine", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("internal static class Client { public static async Task Main(JobsClient client) { await client.RunAsync(); Console.WriteLine(Environment.CurrentDirectory); Environment.Exit(0); } }")]
    [InlineData("internal sealed class Shown(JobsClient client) : IJobs { public Task RunAsync() { Console.WriteLine(); return client.RunAsync(); } }")]
    [InlineData("internal sealed class Shown : IJobs { private readonly IJobs _inner = null!; public Task RunAsync() { Console.WriteLine(); return _inner.RunAsync(); } }")]
    [InlineData("internal sealed class Unrelated { public Task RunAsync() { Console.WriteLine(); return Task.CompletedTask; } }")]
    [InlineData("[System.CodeDom.Compiler.GeneratedCode(\"A\", \"1\")] internal sealed class Generated : IJobs { public Task RunAsync() { Console.WriteLine(); return Task.CompletedTask; } }")]
    public async Task Code_of_the_client_is_not_reported(string client)
    {
        ProgramRun run = await ProgramRun.Of(Handler(""), "using System; using System.Threading.Tasks;\n" + client);

        Assert.Empty(run.Diagnostics);
    }

    [Fact]
    public async Task Other_methods_of_a_handler_are_not_reported()
    {
        ProgramRun run = await ProgramRun.Of(Handler("", "public static void Show() => Console.WriteLine();"));

        Assert.Empty(run.Diagnostics);
    }

    [Fact]
    public async Task Handler_may_inherit_its_methods_and_be_generic_or_a_structure()
    {
        ProgramRun run = await ProgramRun.Of(
            Handler(""),
            """
            using System;
            using System.Threading.Tasks;

            public abstract class Base { public Task RunAsync() { [|Console.WriteLine|](); return Task.CompletedTask; } }
            public sealed class Derived : Base, IJobs;
            public sealed class Generic<T> : IJobs { Task IJobs.RunAsync() { [|Environment.Exit|](1); return Task.CompletedTask; } }
            public readonly record struct Structure : IJobs { public Task RunAsync() { [|Console.ReadKey|](); return Task.CompletedTask; } }
            """);

        run.AssertReports("DRPC302", "DRPC304", "DRPC301");
    }

    private static string Handler(string statement, string member = "") => $$"""
        using System;
        using System.Threading.Tasks;

        [DaemonRpc.DaemonRpc]
        public interface IJobs
        {
            Task RunAsync();
        }

        public sealed class Jobs : IJobs, IDisposable
        {
            private static int s_count;
            private static object? s_cache;
            [ThreadStatic] private static int s_perThread;
            private int _ownCount;
            private static int Count { get; set; }

            {{member}}

            {{(member.Contains("Dispose", StringComparison.Ordinal) ? "" : "public void Dispose() { }")}}

            public Task RunAsync()
            {
                {{statement}}
                return Task.CompletedTask;
            }
        }

        namespace Other { public static class Console { public static void WriteLine() { } } }
        """;
}
