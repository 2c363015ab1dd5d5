using DaemonRpc.Benchmarks.Drivers;
using DaemonRpc.Benchmarks.Report;

namespace DaemonRpc.Benchmarks.Scenarios;

/// <summary>One question, put to several contenders in turn.</summary>
internal abstract class Scenario
{
    public abstract string Name { get; }

    /// <summary>Its programs, and how they must be published.</summary>
    public virtual IEnumerable<(string Project, PublishMode Mode)> Programs => Contenders.Select(contender => (contender.Project, contender.Mode));

    protected abstract IReadOnlyList<Contender> Contenders { get; }

    /// <summary>Measures all, one after another within each repetition, and adds a row for each.</summary>
    public void Measure(BenchmarkRun run, Table table)
    {
        List<Site> sites = [];
        try
        {
            sites.AddRange(run.Available(Contenders).Select(contender => run.NewSite(contender, Processor)));
            Measure(run, sites, table);
        }
        finally
        {
            sites.ForEach(site => site.Dispose());
        }
    }

    /// <summary>Where everything runs, or null for anywhere.</summary>
    protected virtual int? Processor => null;

    protected abstract void Measure(BenchmarkRun run, IReadOnlyList<Site> sites, Table table);

    /// <summary>The bare and ours, in these modes.</summary>
    protected static IReadOnlyList<Contender> BareAndOurs(params PublishMode[] modes) =>
        [.. modes.SelectMany(mode => (Contender[])[new(ProgramKind.BareSockets, mode), new(ProgramKind.DaemonRpc, mode)])];

    /// <summary>Those, and between them the bare that hands out arrays, as ours must.</summary>
    protected static IReadOnlyList<Contender> BareArraysAndOurs(params PublishMode[] modes) =>
    [
        .. modes.SelectMany(mode => (Contender[])
        [
            new(ProgramKind.BareSockets, mode),
            new(ProgramKind.BareArrays, mode),
            new(ProgramKind.DaemonRpc, mode),
        ]),
    ];

    /// <summary>Ours alone.</summary>
    protected static IReadOnlyList<Contender> Ours(params PublishMode[] modes) => [.. modes.Select(mode => new Contender(ProgramKind.DaemonRpc, mode))];

    /// <summary>What others offer. They are for the JIT compiler only.</summary>
    protected static IReadOnlyList<Contender> Peers { get; } = [new(ProgramKind.StreamJsonRpc, PublishMode.Jit), new(ProgramKind.Grpc, PublishMode.Jit)];
}
