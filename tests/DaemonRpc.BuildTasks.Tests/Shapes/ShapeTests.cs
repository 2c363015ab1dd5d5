using System.Globalization;

namespace DaemonRpc.BuildTasks.Tests.Shapes;

/// <summary>Contracts with every shape that MemoryPack can write, nested in every position, as they reach users.</summary>
/// <remarks>
/// A seed chooses the types, the methods and the order of the calls. Native code crashed on ordinary contracts, depending on which
/// type came first and on whether garbage was collected in between, so no list of examples is enough.
/// </remarks>
public sealed class ShapeTests(PackedPackage package)
{
    [Fact]
    public void Every_shape_travels_between_native_programs() => Judge(PublishMode.Native);

    [Fact]
    public void Every_shape_travels_between_trimmed_programs() => Judge(PublishMode.Trimmed);

    [Fact]
    public void Every_shape_travels_between_programs_compiled_as_they_run() => Judge(PublishMode.Jit);

    private void Judge(PublishMode mode)
    {
        int first = Setting("DAEMONRPC_SHAPES_SEED") ?? Random.Shared.Next(1_000_000);
        int seeds = Setting("DAEMONRPC_SHAPES_SEEDS") ?? 1;
        for (int seed = first; seed < first + seeds; seed++)
        {
            Judge(seed, mode, Setting("DAEMONRPC_SHAPES_ORDERS") ?? (mode == PublishMode.Native ? 10 : 3));
        }
    }

    private void Judge(int seed, PublishMode mode, int orders)
    {
        long start = TimeProvider.System.GetTimestamp();
        using var program = new PublishedProgram(package);
        string summary = $"Seed {seed} (DAEMONRPC_SHAPES_SEED), {Write(program.Solution, new ShapeSource(seed))}.";
        TestContext.Current.TestOutputHelper?.WriteLine(summary);
        Exception? broken = Record.Exception(() => program.Publish(mode));
        if (broken is not null)
        {
            Assert.False(broken is not Xunit.Sdk.SkipException, $"{summary} Sources: {program.Keep($"shapes-{seed}-{mode}")}\n{broken.Message}");
            throw broken;
        }

        TimeSpan published = TimeProvider.System.GetElapsedTime(start);
        var run = new ShapeRun(program);
        run.Run(orders);
        TimeSpan ended = TimeProvider.System.GetElapsedTime(start);
        TestContext.Current.TestOutputHelper?.WriteLine($"Published after {published.TotalSeconds:F0} s, ended after {ended.TotalSeconds:F0} s.");

        Assert.True(
            run.Complaints.Count == 0,
            run.Complaints.Count == 0 ? null : $"{summary} Sources: {program.Keep($"shapes-{seed}-{mode}")}\n{string.Join("\n", run.Complaints)}");
    }

    private static string Write(TestSolution solution, ShapeSource source)
    {
        const string Properties = "<Nullable>annotations</Nullable><ImplicitUsings>enable</ImplicitUsings><InvariantGlobalization>true</InvariantGlobalization>";
        TestProject records = solution.AddLibrary("Records", PackedPackage.MemoryPackReference, Properties);
        TestProject contract = solution.AddLibrary("Contract", solution.PackageReference + records.Reference, Properties);
        TestProject app = solution.AddExecutable("App", solution.PackageReference + contract.Reference, Properties);
        records.Write("Records.cs", source.Records);
        contract.Write("IShapes.cs", source.Contract);
        app.Write("Program.cs", ShapeSource.Program);
        app.Write("Inner.cs", source.Inner);
        app.Write("Ends.cs", source.Ends());
        app.Write("Values.cs", ProgramText.Values);
        app.Write("Text.cs", ProgramText.Text);
        app.Write("Check.cs", ProgramText.Check);
        app.Write("Garbage.cs", ProgramText.Garbage);
        app.Write("Rounds.cs", ProgramText.Rounds);
        foreach (TestProject project in (TestProject[])[records, contract, app])
        {
            project.Write("Usings.cs", ProgramText.Usings);
        }

        return source.Summary;
    }

    private static int? Setting(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
