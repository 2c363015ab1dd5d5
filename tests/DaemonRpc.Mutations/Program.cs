using System.Diagnostics;
using System.Reflection;
using DaemonRpc.Mutations;

const string Usage = """
    Usage: tests/mutate [--seed N] [--count N] [--minutes N] [--processes FOLDER] [--no-build] [PLACE…]

    Changes the runtime in one place at a time, runs its tests, and lists the changes that no test has noticed.
    With --processes, what the runtime's own tests let live is also shown to the tests with processes in a FOLDER, such as Starting, or in all ("").
    A PLACE is a folder of src/DaemonRpc.Runtime, a file, or one line of it (Tasks/TaskSlot.cs:12); Tasks and Session if none is given.
    """;

int seed = Environment.TickCount & 0xffff;
int count = 60;
int minutes = int.MaxValue;
bool builds = true;
string? processes = null;
List<string> places = [];
var left = new Queue<string>(args);
while (left.TryDequeue(out string? argument))
{
    switch (argument)
    {
        case "--seed" when left.TryDequeue(out string? number) && int.TryParse(number, out seed):
        case "--count" when left.TryDequeue(out number) && int.TryParse(number, out count):
        case "--minutes" when left.TryDequeue(out number) && int.TryParse(number, out minutes):
        case "--processes" when left.TryDequeue(out processes):
            break;

        case "--no-build":
            builds = false;
            break;

        case ['-', ..]:
            Console.Error.WriteLine(Usage);
            return 2;

        default:
            places.Add(argument.TrimEnd('/'));
            break;
    }
}

long start = Stopwatch.GetTimestamp();
string repository = Assembly.GetExecutingAssembly().GetCustomAttributes<AssemblyMetadataAttribute>().Single(metadata => metadata.Key == "Repository").Value!;
if (builds)
{
    foreach (string program in processes is not null ? (string[])["DaemonRpc.Runtime.Tests", "DaemonRpc.Process.Tests"] : ["DaemonRpc.Runtime.Tests"])
    {
        _ = Command.Output("dotnet", ["build", Path.Combine(repository, "tests", program), "-v", "q"]);
    }
}

RuntimeSource source = RuntimeSource.Load(repository);
string original = Path.GetTempFileName();
string mutated = Path.GetTempFileName();
if (!source.TryCompile(null, original, out string? error))
{
    Console.Error.WriteLine($"The runtime itself does not compile: {error}");
    return 1;
}

Mutation[] all = [.. source.Trees.SelectMany(MutationFinder.Find).Where(IsWanted)];
new Random(seed).Shuffle(all);
Console.WriteLine($"{all.Length} mutations, of which up to {count} with --seed {seed}");
int killed = 0;
int uncompiled = 0;
List<Mutation> survivors = [];
int undecided;
using (Suite suite = Suite.OfRuntime(repository))
{
    // The tests that lie where the source does are asked first, and all others only about what these let live.
    List<Mutation> alive = [];
    foreach (Mutation mutation in all)
    {
        if (killed + alive.Count == count || HasPassed(0.5))
        {
            break;
        }

        string folder = Path.GetDirectoryName(PathOf(mutation))!.Replace('/', '.');
        if (folder.Length == 0 || !Measure(suite, folder) || IsAlive(suite, mutation, folder, "alive   "))
        {
            alive.Add(mutation);
        }
    }

    undecided = Ask(suite, alive, "", "SURVIVES", processes is not null ? 0.7 : 1);
}

if (processes is not null)
{
    using Suite suite = Suite.OfProcesses(repository);
    List<Mutation> alive = survivors;
    survivors = [];
    undecided += Ask(suite, alive, processes, "SURVIVES", 1);
}

File.Delete(original);
File.Delete(mutated);
Console.WriteLine();
Console.WriteLine($"{killed} killed, {survivors.Count} survived, {uncompiled} did not compile, {undecided} were not decided in time");
survivors.ForEach(mutation => Console.WriteLine(Describe(mutation)));
return 0;

// Returns how many there was no time for.
int Ask(Suite suite, List<Mutation> alive, string folder, string label, double part)
{
    Console.WriteLine();
    int asked = 0;
    foreach (Mutation mutation in alive.TakeWhile(_ => !HasPassed(part) && Measure(suite, folder)))
    {
        asked++;
        if (IsAlive(suite, mutation, folder, label))
        {
            survivors.Add(mutation);
        }
    }

    return alive.Count - asked;
}

bool IsAlive(Suite suite, Mutation mutation, string folder, string label)
{
    if (!source.TryCompile(mutation, mutated, out _))
    {
        uncompiled++;
        return false;
    }

    suite.Use(mutated);
    if (suite.FirstFailure(folder) is { } failure)
    {
        killed++;
        Console.WriteLine($"killed   {Describe(mutation)} ({failure})");
        return false;
    }

    Console.WriteLine($"{label} {Describe(mutation)}");
    return true;
}

bool Measure(Suite suite, string folder)
{
    suite.Use(original);
    return suite.TryMeasure(folder);
}

bool HasPassed(double part) => Stopwatch.GetElapsedTime(start).TotalMinutes > part * minutes;

string Describe(Mutation mutation) => $"{PathOf(mutation)}:{mutation.Line}: {mutation.What}";

string PathOf(Mutation mutation) => Path.GetRelativePath(source.Folder, mutation.Tree.FilePath);

bool IsWanted(Mutation mutation) => (places.Count > 0 ? places : ["Tasks", "Session"]).Exists(place =>
    PathOf(mutation) is var path && (path == place || $"{path}:{mutation.Line}" == place || path.StartsWith(place + "/", StringComparison.Ordinal)));
