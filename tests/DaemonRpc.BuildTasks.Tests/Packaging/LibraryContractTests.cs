using System.Diagnostics;

namespace DaemonRpc.BuildTasks.Tests.Packaging;

/// <summary>A contract in a library and the handler in an executable that does not name the package.</summary>
public sealed class LibraryContractTests : IDisposable
{
    private const string Contract = """
        using System.Threading.Tasks;
        using DaemonRpc;

        [DaemonRpc("daemonrpc.tests.library")]
        public partial interface IValue
        {
            Task<int> GetAsync();
        }
        """;

    private const string Program = """
        using System;
        using System.Threading.Tasks;
        using DaemonRpc;

        if (ValueDaemon.IsRequested)
        {
            return await ValueDaemon.RunAsync(_ => new Value());
        }

        try
        {
            await using ValueClient client = await ValueClient.ConnectAsync();
            Console.WriteLine($"{await client.GetAsync()} {client.Daemon.Origin}");
        }
        catch (DaemonVersionException exception)
        {
            Console.WriteLine(exception.GetType().Name);
        }
        catch (DaemonForeignException exception)
        {
            Console.WriteLine(exception.Message);
        }

        return 0;

        internal sealed class Value : IValue
        {
            public Task<int> GetAsync() => Task.FromResult(1);
        }
        """;

    private readonly TestSolution _solution;
    private readonly TestProject _contract;
    private readonly TestProject _app;

    public LibraryContractTests(PackedPackage package)
    {
        _solution = new TestSolution(package);
        _contract = _solution.AddLibrary("Contract", _solution.PackageReference);
        _contract.Write("IValue.cs", Contract);
        _app = _solution.AddExecutable("App", _contract.Reference, "<PublishAot>true</PublishAot>");
        _app.Write("Program.cs", Program);
    }

    public void Dispose()
    {
        foreach (Process daemon in Daemons())
        {
            daemon.Kill();
            daemon.WaitForExit();
        }

        _solution.Dispose();
    }

    [Fact]
    public void Rebuild_of_the_executable_alone_replaces_the_daemon()
    {
        _app.Build();
        Assert.Equal("1 Started\n", Run("App/bin/Debug/net10.0/App"));
        CopyTo("old");

        _app.Edit("Program.cs", "FromResult(1)", "FromResult(2)");
        _app.Build();
        Assert.Equal("2 Replaced\n", Run("App/bin/Debug/net10.0/App"));
        CopyTo("new");

        // Elsewhere than at the daemon's path nothing but the executable's stamp tells the builds apart.
        Assert.Equal("DaemonVersionException\n", Run("old/App"));
        Assert.Equal("2 Reused\n", Run("new/App"));
        Stop();
        Assert.Equal("1 Started\n", Run("old/App"));
        Assert.Equal("2 Replaced\n", Run("new/App"));
    }

    [Fact]
    public void Stamp_of_the_executable_is_in_its_native_code()
    {
        Assert.SkipUnless(
            Directory.Exists(Path.Combine(PackedPackage.RestoredPackages, "microsoft.dotnet.ilcompiler")),
            "The Native AOT compiler is not among this repository's restored packages.");

        _app.Run("publish", "App", "--use-current-runtime", "-o", _solution.Folder["old"]).Succeeded();
        _app.Edit("Program.cs", "FromResult(1)", "FromResult(2)");
        _app.Run("publish", "App", "--use-current-runtime", "-o", _solution.Folder["new"]).Succeeded();

        Assert.Equal("1 Started\n", Run("old/App"));
        Assert.Equal("2 Replaced\n", Run("new/App"));
        Assert.Equal("DaemonVersionException\n", Run("old/App"));
    }

    [Fact]
    public void Program_that_shares_the_contract_does_not_replace_the_other()
    {
        TestProject other = _solution.AddExecutable("Other", _contract.Reference);
        other.Write("Program.cs", Program);
        _app.Build();
        other.Build();
        Assert.Equal("1 Started\n", Run("App/bin/Debug/net10.0/App"));

        string answer = Run("Other/bin/Debug/net10.0/Other");

        Assert.Contains("App) would never be replaced by Other", answer, StringComparison.Ordinal);
        Assert.Contains("DaemonLaunch.Executable", answer, StringComparison.Ordinal);
        Assert.Equal("1 Reused\n", Run("App/bin/Debug/net10.0/App"));
    }

    private IEnumerable<Process> Daemons() =>
        Process.GetProcessesByName("App").Where(process => process.MainModule?.FileName.StartsWith(_solution.Folder.Path, StringComparison.Ordinal) == true);

    private void CopyTo(string folder)
    {
        string from = _solution.Folder["App/bin/Debug/net10.0"];
        foreach (string file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(_solution.Folder[folder], Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    private void Stop()
    {
        Process daemon = Assert.Single(Daemons());
        daemon.Kill();
        daemon.WaitForExit();
    }

    private string Run(string program)
    {
        var start = new ProcessStartInfo(_solution.Folder[program])
        {
            RedirectStandardOutput = true,
            Environment = { ["DAEMONRPC_DIR"] = _solution.Folder["run"] },
        };
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output;
    }
}
