namespace DaemonRpc.BuildTasks.Tests.Shapes;

/// <summary>The smallest contract that was seen to crash: a record comes first inside another, then alone, after the daemon's collection when idle.</summary>
public sealed class NestedRecordTests(PackedPackage package)
{
    private const string Program = """
        using DaemonRpc;
        using MemoryPack;

        if (XDaemon.IsRequested)
        {
            return await XDaemon.RunAsync(_ => new X());
        }

        await using XClient client = await XClient.ConnectAsync();
        Console.WriteLine((await client.SummaryAsync()).Problems.Length);
        await client.GarbageAsync(args[0]);
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (!File.Exists(args[0]))
        {
            _ = await timer.WaitForNextTickAsync(limit.Token);
        }

        await foreach (Hit hit in client.ManyAsync(new Query("text")))
        {
            Console.WriteLine($"{hit.Path} {hit.Lines[0]} {hit.Bytes.Length} {hit.Problem}");
        }

        return 0;

        [DaemonRpc("daemonrpc.tests.nested")]
        public partial interface IX
        {
            Task<Summary> SummaryAsync();
            IAsyncEnumerable<Hit> ManyAsync(Query query);
            Task GarbageAsync(string mark);
        }

        [MemoryPackable] public partial record Query(string Text);
        [MemoryPackable] public partial record Summary(int Files, Hit[] Problems);
        [MemoryPackable] public partial record Hit(string Path, int[] Lines, byte[] Bytes, string? Problem = null);

        internal sealed class X : IX
        {
            public Task<Summary> SummaryAsync() => Task.FromResult(new Summary(1, []));

            public async IAsyncEnumerable<Hit> ManyAsync(Query query)
            {
                await Task.Yield();
                yield return new Hit(query.Text, [7], [1, 2], "none");
                yield return new Hit(query.Text, [8], []);
            }

            public Task GarbageAsync(string mark)
            {
                Garbage.Collect("idle", mark);
                return Task.CompletedTask;
            }
        }
        """;

    [Fact]
    public void Native_records_travel_after_a_collection_when_idle() => Judge(PublishMode.Native);

    [Fact]
    public void Trimmed_records_travel_after_a_collection_when_idle() => Judge(PublishMode.Trimmed);

    [Fact]
    public void Records_compiled_as_they_run_travel_after_a_collection_when_idle() => Judge(PublishMode.Jit);

    private void Judge(PublishMode mode)
    {
        using var program = new PublishedProgram(package);
        TestProject app = program.Solution.AddExecutable(
            "App",
            properties: "<Nullable>enable</Nullable><ImplicitUsings>enable</ImplicitUsings><InvariantGlobalization>true</InvariantGlobalization>");
        app.Write("Program.cs", Program);
        app.Write("Garbage.cs", ProgramText.Garbage);
        program.Publish(mode);

        CommandRun run = program.Run(program.Solution.Folder["collected"]);

        Assert.Equal("0\ntext 7 2 none\ntext 8 0 \n", run.Succeeded().Output);
    }
}
