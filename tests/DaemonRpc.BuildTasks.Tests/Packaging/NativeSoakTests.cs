using System.Globalization;

namespace DaemonRpc.BuildTasks.Tests.Packaging;

/// <summary>Small programs published as native code, a fresh process for each command, again and again: none may hang.</summary>
/// <remarks>
/// What a process sets up once, on several threads at the same moment, goes wrong once in thousands of processes and never in a
/// warm one; other tests start dozens of native ones. DAEMONRPC_SOAK=1 has each command run 20,000 times, or as often as
/// DAEMONRPC_SOAK_RUNS says.
/// </remarks>
public sealed class NativeSoakTests : IDisposable
{
    private const int UsualRuns = 200;
    private const int SoakRuns = 20_000;

    private const string Source = """
        using DaemonRpc;

        if (SoakDaemon.IsRequested)
        {
            return await SoakDaemon.RunAsync(_ => new Soak(), new DaemonOptions { IdleTimeout = TimeSpan.FromHours(2) });
        }

        const string Id = "daemonrpc.tests.soak";
        switch (args[0])
        {
            case "stop":
                // One that does not run: what runs is needed.
                await DaemonControl.StopAsync(Id, instance: "nobody");
                return 0;
            case "list":
                return (await DaemonControl.ListAsync()).Count == 1 ? 0 : 2;
            case "find":
                return await DaemonControl.FindAsync(Id) is null ? 2 : 0;
            case "status":
                DaemonHandle? daemon = await DaemonControl.FindAsync(Id);
                _ = await daemon!.GetStatusAsync();
                return 0;
            case "echo":
                await using (SoakClient client = await SoakClient.ConnectAsync(new DaemonClientOptions { BusyTimeout = TimeSpan.FromMinutes(1) }))
                {
                    return await client.EchoAsync("text") == "text" ? 0 : 2;
                }

            default:
                await DaemonControl.StopAsync(Id);
                return 0;
        }

        [DaemonRpc("daemonrpc.tests.soak")]
        public partial interface ISoak
        {
            ValueTask<string> EchoAsync(string text);
        }

        internal sealed class Soak : ISoak
        {
            public ValueTask<string> EchoAsync(string text) => new(text);
        }
        """;

    private readonly TestSolution _solution;
    private readonly TestProject _project;

    public NativeSoakTests(PackedPackage package)
    {
        _solution = new TestSolution(package);
        _project = _solution.AddExecutable(
            "Soak",
            properties: "<Nullable>enable</Nullable><ImplicitUsings>enable</ImplicitUsings><InvariantGlobalization>true</InvariantGlobalization><PublishAot>true</PublishAot>");
        _project.Write("Program.cs", Source);
    }

    private static int Runs =>
        Environment.GetEnvironmentVariable("DAEMONRPC_SOAK") is not { Length: > 0 } ? UsualRuns
        : Environment.GetEnvironmentVariable("DAEMONRPC_SOAK_RUNS") is { Length: > 0 } runs ? int.Parse(runs, CultureInfo.InvariantCulture)
        : SoakRuns;

    public void Dispose() => _solution.Dispose();

    [Fact]
    public async Task Fresh_processes_all_do_what_they_are_told_and_end()
    {
        Assert.SkipUnless(
            Directory.Exists(Path.Combine(PackedPackage.RestoredPackages, "microsoft.dotnet.ilcompiler")),
            "The Native AOT compiler is not among this repository's restored packages.");
        _project.Run("publish", "Soak", "--use-current-runtime", "-o", _solution.Folder["native"]).Succeeded();
        var soak = new SoakRun(_solution.Folder["native/Soak"], _solution.Folder["run"]);
        await soak.RunAsync("echo", 1);
        try
        {
            foreach (string command in (string[])["stop", "list", "find", "status", "echo"])
            {
                await soak.RunAsync(command, Runs);
            }
        }
        finally
        {
            await soak.RunAsync("end", 1);
        }

        Assert.True(soak.Complaints.Count == 0, string.Join('\n', soak.Complaints));
    }
}
