using System.Diagnostics;

namespace DaemonRpc.Installed.Tests.Shop;

/// <summary>A stranger who ships a client and a daemon apart: two programs with one contract, each in an earlier and in a later version.</summary>
public sealed class ShippedApartTests : IClassFixture<ShippedApartTests.Programs>, IDisposable
{
    private readonly Programs _programs;
    private readonly TemporaryFolder _run = new();

    public ShippedApartTests(Programs programs) => _programs = programs;

    public void Dispose()
    {
        foreach (string daemon in new[] { "early", "late" }.Select(version => _programs.Find(version, "Daemon")))
        {
            foreach (Process running in Process.GetProcessesByName("Daemon").Where(process => process.MainModule?.FileName == daemon))
            {
                running.Kill();
                running.WaitForExit();
            }
        }

        _run.Dispose();
    }

    [Fact]
    public void Earlier_client_is_served_by_a_later_daemon()
    {
        Assert.Equal("late: 3 tea hot False Started\n", Client("late", "late", "order", "tea", "3"));

        Assert.Equal("late: 1 tea hot False Reused\n", Client("early", "early", "order", "tea"));
        Assert.Equal("late Reused\n", Client("early", "early", "who"));
        Assert.StartsWith("DaemonVersionException", Client("early", "early", "menu"), StringComparison.Ordinal);
    }

    [Fact]
    public void Later_client_is_served_by_an_earlier_daemon_where_it_says_nothing_new_and_replaces_it_otherwise()
    {
        Assert.Equal("early: tea Started\n", Client("early", "early", "order", "tea"));

        Assert.Equal("early: tea Reused\n", Client("late", "late", "order", "tea"));
        Assert.Equal("early Reused\n", Client("late", "late", "who"));
        Assert.Equal("late: 2 tea hot False Replaced\n", Client("late", "late", "order", "tea", "2"));
        Assert.Equal("late: 1 tea hot False Reused\n", Client("early", "early", "order", "tea"));
    }

    [Fact]
    public void Later_client_that_would_start_an_earlier_daemon_is_served_by_it_as_far_as_it_goes()
    {
        Assert.Equal("early: tea Started\n", Client("late", "early", "order", "tea"));
        Assert.StartsWith("DaemonVersionException", Client("late", "early", "order", "tea", "2"), StringComparison.Ordinal);
        Assert.Equal("early: milk Reused\n", Client("late", "early", "order", "milk"));
    }

    [Fact]
    public void Additive_changes_build_and_a_breaking_one_is_told_with_the_file_beside_the_project()
    {
        _ = _programs.Late.Succeeded();

        _ = _programs.Broken.FailedWith("DRPC402");
        Assert.Contains("'OrderAsync' breaks clients and daemons of the contract in DaemonRpc.Contract.txt", _programs.Broken.Output, StringComparison.Ordinal);
    }

    private string Client(string version, string daemon, params string[] arguments)
    {
        var start = new ProcessStartInfo(_programs.Find(version, "Client"), [_programs.Find(daemon, "Daemon"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["DAEMONRPC_DIR"] = _run["run"] },
        };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output + errors.GetAwaiter().GetResult();
    }

    /// <summary>Both programs, built in both versions.</summary>
    public sealed class Programs : IDisposable
    {
        private const string Properties = "<Nullable>enable</Nullable><ImplicitUsings>enable</ImplicitUsings><TreatWarningsAsErrors>true</TreatWarningsAsErrors>";

        private readonly TestSolution _solution;

        public Programs(PackedPackage package)
        {
            _solution = new TestSolution(package);
            TestProject contract = _solution.AddLibrary("Contract", _solution.PackageReference, Properties);
            contract.Write("Library.cs", Contract);
            contract.Write("DaemonRpc.Contract.txt", """
                Acme.ITeaRoom.MenuAsync() : Acme.Menu
                Acme.ITeaRoom.OrderAsync(string what) : string
                Acme.ITeaRoom.WhoAsync() : string
                object Acme.Menu { string[] Drinks }

                """);
            TestProject daemon = _solution.AddExecutable("Daemon", contract.Reference, Properties);
            daemon.Write("Program.cs", Daemon);
            TestProject client = _solution.AddExecutable("Client", contract.Reference, Properties);
            client.Write("Program.cs", Client);
            _solution.Folder.Write("Apart.slnx", """
                <Solution>
                  <Project Path="Contract/Contract.csproj" />
                  <Project Path="Daemon/Daemon.csproj" />
                  <Project Path="Client/Client.csproj" />
                </Solution>
                """);
            _ = Build("early").Succeeded();

            // Additive changes, but for the menu, which the file has not yet.
            contract.Edit("Library.cs", "Task<string> OrderAsync(string what", "Task<string> OrderAsync(string what, int cups = 1, string manner = \"hot\", IProgress<int>? progress = null");
            contract.Edit("Library.cs", "Menu(string[] Drinks)", "Menu(string[] Drinks, string[] Cakes)");
            contract.Edit("DaemonRpc.Contract.txt", "string[] Drinks", "string[] Drinks, string[] Cakes");
            daemon.Edit("Program.cs", "OrderAsync(string what, CancellationToken token) => Task.FromResult($\"early: {what}\")", "OrderAsync(string what, int cups, string manner, IProgress<int>? progress, CancellationToken token) => Task.FromResult($\"late: {cups} {what} {manner} {progress is not null}\")");
            daemon.Edit("Program.cs", "new Menu([])", "new Menu([], [])");
            daemon.Edit("Program.cs", "\"early\"", "\"late\"");
            client.Edit("Program.cs", "room.OrderAsync(what)", "args is [.., var cups] && int.TryParse(cups, out int count) ? room.OrderAsync(what, count) : room.OrderAsync(what)");
            Late = Build("late");

            contract.Edit("Library.cs", "OrderAsync(string what,", "OrderAsync(string what, bool sugar,");
            Broken = contract.TryBuild("--no-restore");
        }

        internal CommandRun Late { get; }

        internal CommandRun Broken { get; }

        public string Find(string version, string program) => _solution.Folder[$"{version}/{program}/{program}"];

        public void Dispose() => _solution.Dispose();

        private CommandRun Build(string version)
        {
            CommandRun run = DotNet.Run(_solution.Folder.Path, ["build", "Apart.slnx"]);
            foreach (string program in new[] { "Daemon", "Client" })
            {
                string folder = _solution.Folder[$"{program}/bin/Debug/net10.0"];
                string target = _solution.Folder[$"{version}/{program}"];
                _ = Directory.CreateDirectory(target);
                foreach (string file in Directory.Exists(folder) ? Directory.GetFiles(folder, "*", SearchOption.AllDirectories) : [])
                {
                    string copy = Path.Combine(target, Path.GetRelativePath(folder, file));
                    _ = Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                    File.Copy(file, copy);
                }
            }

            return run;
        }

        private const string Contract = """
            using DaemonRpc;
            using MemoryPack;

            namespace Acme;

            [DaemonRpc("daemonrpc.tests.tea-room")]
            public interface ITeaRoom
            {
                Task<string> OrderAsync(string what, CancellationToken token = default);

                Task<string> WhoAsync();

                Task<Menu> MenuAsync();
            }

            [MemoryPackable]
            public partial record Menu(string[] Drinks);
            """;

        private const string Daemon = """
            using Acme;

            return await TeaRoomDaemon.RunAsync(_ => new TeaRoom());

            internal sealed class TeaRoom : ITeaRoom
            {
                public Task<string> OrderAsync(string what, CancellationToken token) => Task.FromResult($"early: {what}");

                public Task<string> WhoAsync() => Task.FromResult("early");

                public Task<Menu> MenuAsync() => Task.FromResult(new Menu([]));
            }
            """;

        private const string Client = """
            using Acme;
            using DaemonRpc;

            var options = new DaemonClientOptions { Launch = DaemonLaunch.Executable(args[0]), VersionPolicy = VersionPolicy.Compatible };
            await using TeaRoomClient room = await TeaRoomClient.ConnectAsync(options);
            try
            {
                string answer = args[1..] switch
                {
                    ["order", var what, ..] => await (room.OrderAsync(what)),
                    ["who"] => await room.WhoAsync(),
                    _ => $"{(await room.MenuAsync()).Drinks.Length}",
                };
                Console.WriteLine($"{answer} {room.Daemon.Origin}");
            }
            catch (DaemonVersionException exception)
            {
                Console.WriteLine($"{exception.GetType().Name}: {exception.Message}");
            }
            """;
    }
}
