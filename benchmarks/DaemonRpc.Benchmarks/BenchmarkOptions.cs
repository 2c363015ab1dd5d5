using DaemonRpc.Benchmarks.Scenarios;

namespace DaemonRpc.Benchmarks;

/// <summary>What the command line asks for.</summary>
internal sealed record BenchmarkOptions(bool Quick, bool Write, IReadOnlyList<Scenario> Scenarios)
{
    /// <summary>Null when there is nothing to do; the problem then says why.</summary>
    public static BenchmarkOptions? Parse(string[] args, IReadOnlyList<Scenario> all, out string problem)
    {
        problem = $"""
            Usage: DaemonRpc.Benchmarks [--quick | --write] [--only <name>]...
              --quick        a few repetitions, to see that everything works; the figures mean nothing
              --write        puts the run into docs/performance.md, in the place of the one there
              --only <name>  one of: {string.Join(", ", all.Select(scenario => scenario.Name))}
            """;
        bool quick = false;
        bool write = false;
        var chosen = new List<Scenario>();
        for (int index = 0; index < args.Length; index++)
        {
            if (args[index] == "--quick")
            {
                quick = true;
            }
            else if (args[index] == "--write")
            {
                write = true;
            }
            else if (args[index] == "--only" && index + 1 < args.Length && all.FirstOrDefault(scenario => scenario.Name == args[index + 1]) is { } scenario)
            {
                chosen.Add(scenario);
                index++;
            }
            else
            {
                return null;
            }
        }

        if (quick && write)
        {
            return null;
        }

        if (!OperatingSystem.IsLinux())
        {
            problem = "The benchmarks run on Linux only: they read /proc.";
            return null;
        }

        return new BenchmarkOptions(quick, write, chosen.Count > 0 ? chosen : all);
    }
}
