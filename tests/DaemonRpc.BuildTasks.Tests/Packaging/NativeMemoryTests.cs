using System.Diagnostics;
using System.Globalization;

namespace DaemonRpc.BuildTasks.Tests.Packaging;

/// <summary>What a daemon published as native code keeps of the machine's memory for itself (RssAnon), when it has nothing to do.</summary>
public sealed class NativeMemoryTests : IDisposable
{
    private const double Most = 2.5 * 1024 * 1024;

    // Two daemons, as small as they can be: one knows numbers, one a record and bytes.
    private const string Source = """
        using DaemonRpc;
        using MemoryPack;

        if (NumbersDaemon.IsRequested)
        {
            return await NumbersDaemon.RunAsync(_ => new Numbers());
        }

        if (RecordsDaemon.IsRequested)
        {
            return await RecordsDaemon.RunAsync(_ => new Records());
        }

        int calls = int.Parse(args[1]);
        if (args[0] == "numbers")
        {
            await using NumbersClient numbers = await NumbersClient.ConnectAsync();
            for (int call = 0; call < calls; call++)
            {
                if (await numbers.AddAsync(call, 1) != call + 1)
                {
                    return 1;
                }
            }

            Console.WriteLine(numbers.Daemon.ProcessId);
            return 0;
        }

        await using RecordsClient records = await RecordsClient.ConnectAsync();
        for (int call = 0; call < calls; call++)
        {
            int size = call % 100 == 0 ? 10_000 : call % 200;
            Piece piece = await records.EchoAsync(new Piece("text", new byte[size]));
            if (piece.Bytes.Length != size)
            {
                return 1;
            }
        }

        Console.WriteLine(records.Daemon.ProcessId);
        return 0;

        [DaemonRpc("daemonrpc.tests.numbers")]
        public partial interface INumbers
        {
            ValueTask<int> AddAsync(int left, int right);
        }

        [DaemonRpc("daemonrpc.tests.records")]
        public partial interface IRecords
        {
            ValueTask<Piece> EchoAsync(Piece piece);
        }

        [MemoryPackable]
        public partial record Piece(string Name, byte[] Bytes);

        internal sealed class Numbers : INumbers
        {
            public ValueTask<int> AddAsync(int left, int right) => new(left + right);
        }

        internal sealed class Records : IRecords
        {
            public ValueTask<Piece> EchoAsync(Piece piece) => new(piece);
        }
        """;

    private readonly TestSolution _solution;
    private readonly TestProject _project;
    private readonly List<Process> _daemons = [];

    public NativeMemoryTests(PackedPackage package)
    {
        _solution = new TestSolution(package);
        _project = _solution.AddExecutable(
            "Small",
            properties: "<Nullable>enable</Nullable><ImplicitUsings>enable</ImplicitUsings><InvariantGlobalization>true</InvariantGlobalization><PublishAot>true</PublishAot>");
        _project.Write("Program.cs", Source);
    }

    public void Dispose()
    {
        foreach (Process daemon in _daemons)
        {
            daemon.Kill();
            daemon.WaitForExit();
            daemon.Dispose();
        }

        _solution.Dispose();
    }

    [Fact]
    public async Task Native_daemons_keep_little_memory_after_very_many_calls()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux tells in /proc what is a process's own memory.");
        Assert.SkipUnless(
            Directory.Exists(Path.Combine(PackedPackage.RestoredPackages, "microsoft.dotnet.ilcompiler")),
            "The Native AOT compiler is not among this repository's restored packages.");
        _project.Run("publish", "Small", "--use-current-runtime", "-o", _solution.Folder["native"]).Succeeded();

        foreach (string daemon in (string[])["numbers", "records"])
        {
            await UntilSmallAsync(daemon, Call(daemon, 100_000));
        }
    }

    private static async Task UntilSmallAsync(string daemon, int processId)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while (PrivateMemory(processId) is var now && now > Most)
        {
            Assert.True(await NextAsync(timer, limit.Token), $"The daemon of {daemon} still keeps {now:N0} bytes.");
        }
    }

    private static async Task<bool> NextAsync(PeriodicTimer timer, CancellationToken limit)
    {
        try
        {
            return await timer.WaitForNextTickAsync(limit);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private int Call(string daemon, int calls)
    {
        var start = new ProcessStartInfo(_solution.Folder["native/Small"], [daemon, calls.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardOutput = true,
            Environment = { ["DAEMONRPC_DIR"] = _solution.Folder["run"] },
        };
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        int processId = int.Parse(output, CultureInfo.InvariantCulture);
        _daemons.Add(Process.GetProcessById(processId));
        return processId;
    }

    private static long PrivateMemory(int processId)
    {
        string line = File.ReadLines($"/proc/{processId}/status").Single(line => line.StartsWith("RssAnon:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }
}
