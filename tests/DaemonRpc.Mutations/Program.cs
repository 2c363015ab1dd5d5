using System.Diagnostics;
using System.Reflection;
using DaemonRpc.Mutations;

const string Usage = """
    Usage: tests/mutate [--seed N] [--count N] [--minutes N] [--no-build] [PLACE…]

    Changes the runtime in one place at a time, runs its tests, and lists the changes that no test has noticed.
    A PLACE is a folder of src/DaemonRpc.Runtime, a file, or one line of it (Tasks/TaskSlot.cs:12); Tasks and Session if none is given.
    """;

int seed = Environment.TickCount & 0xffff;
int count = 60;
int minutes = int.MaxValue;
bool builds = true;
List<string> places = [];
var left = new Queue<string>(args);
while (left.TryDequeue(out string? argument))
{
    switch (argument)
    {
        case "--seed" when left.TryDequeue(out string? number) && int.TryParse(number, out seed):
        case "--count" when left.TryDequeue(out number) && int.TryParse(number, out count):
        case "--minutes" when left.TryDequeue(out number) && int.TryParse(number, out minutes):
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
    _ = Command.Output("dotnet", ["build", Path.Combine(repository, "tests/DaemonRpc.Runtime.Tests"), "-v", "q"]);
}

RuntimeSource source = RuntimeSource.Load(repository);
using var suite = new Suite(repository);
if (!source.TryCompile(null, suite.Runtime, out string? error))
{
    Console.Error.WriteLine($"The runtime itself does not compile: {error}");
    return 1;
}

Mutation[] all = [.. source.Trees.SelectMany(MutationFinder.Find).Where(IsWanted)];
new Random(seed).Shuffle(all);
Console.WriteLine($"{all.Length} mutations, of which up to {count} with --seed {seed}");
string original = Path.GetTempFileName();
File.Copy(suite.Runtime, original, overwrite: true);
int killed = 0;
int uncompiled = 0;

// The tests that lie where the source does are asked first, and all others only about what these let live.
List<Mutation> alive = [];
foreach (Mutation mutation in all)
{
    if (killed + alive.Count == count || HasPassed(0.5))
    {
        break;
    }

    string folder = Path.GetDirectoryName(PathOf(mutation))!.Replace('/', '.');
    if (folder.Length == 0 || !Measure(folder))
    {
        alive.Add(mutation);
    }
    else if (!source.TryCompile(mutation, suite.Runtime, out _))
    {
        uncompiled++;
    }
    else if (suite.FirstFailure(folder) is { } failure)
    {
        Killed(mutation, failure);
    }
    else
    {
        Console.WriteLine($"alive    {Describe(mutation)}");
        alive.Add(mutation);
    }
}

Console.WriteLine();
List<Mutation> survivors = [];
int asked = 0;
foreach (Mutation mutation in alive.TakeWhile(_ => !HasPassed(1) && Measure("")))
{
    asked++;
    if (!source.TryCompile(mutation, suite.Runtime, out _))
    {
        uncompiled++;
    }
    else if (suite.FirstFailure("") is { } failure)
    {
        Killed(mutation, failure);
    }
    else
    {
        Console.WriteLine($"SURVIVES {Describe(mutation)}");
        survivors.Add(mutation);
    }
}

File.Delete(original);
Console.WriteLine();
Console.WriteLine($"{killed} killed, {survivors.Count} survived, {uncompiled} did not compile, {alive.Count - asked} were not decided in time");
survivors.ForEach(mutation => Console.WriteLine(Describe(mutation)));
return 0;

void Killed(Mutation mutation, string failure)
{
    killed++;
    Console.WriteLine($"killed   {Describe(mutation)} ({failure})");
}

bool Measure(string folder)
{
    File.Copy(original, suite.Runtime, overwrite: true);
    return suite.TryMeasure(folder);
}

bool HasPassed(double part) => Stopwatch.GetElapsedTime(start).TotalMinutes > part * minutes;

string Describe(Mutation mutation) => $"{PathOf(mutation)}:{mutation.Line}: {mutation.What}";

string PathOf(Mutation mutation) => Path.GetRelativePath(source.Folder, mutation.Tree.FilePath);

bool IsWanted(Mutation mutation) => (places.Count > 0 ? places : ["Tasks", "Session"]).Exists(place =>
    PathOf(mutation) is var path && (path == place || $"{path}:{mutation.Line}" == place || path.StartsWith(place + "/", StringComparison.Ordinal)));
