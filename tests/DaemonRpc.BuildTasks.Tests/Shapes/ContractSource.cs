namespace DaemonRpc.BuildTasks.Tests.Shapes;

/// <summary>A generated contract: an interface, its handler, and the calls of its client.</summary>
internal sealed class ContractSource
{
    private const int MostArguments = 3;

    private readonly string _name;
    private readonly ContractMethod[] _methods;

    /// <param name="name">The contract's, without the I.</param>
    /// <param name="random">Deals the types to methods.</param>
    /// <param name="shapes">Each comes as an argument once and as a result or in a stream once.</param>
    public ContractSource(string name, Random random, IEnumerable<Shape> shapes)
    {
        _name = name;
        Shape[] results = [.. shapes];
        var arguments = new Queue<Shape>(Shuffled(results, random));
        random.Shuffle(results);
        _methods = [.. results.Select((result, index) => Method(index, result, arguments, random))];
    }

    public IEnumerable<string> Signatures => _methods.Select(method => method.Signature);

    public string Interface(string access) => $$"""
        [DaemonRpc.DaemonRpc("daemonrpc.tests.shapes.{{_name}}")]
        {{access}} partial interface I{{_name}}
        {
            Task CollectAsync(string how, string mark);

            {{string.Join("\n\n    ", _methods.Select(method => $"{method.Signature};"))}}
        }
        """;

    public string Handler(ShapeCode code) => $$"""
        internal sealed class {{_name}}Handler : I{{_name}}
        {
            public Task CollectAsync(string how, string mark)
            {
                Garbage.Collect(how, mark);
                return Task.CompletedTask;
            }

        {{string.Join("\n", _methods.Select(method => method.Handler(code)))}}
        }

        internal static class {{_name}}Calls
        {
            public static Call[] To(I{{_name}} client) =>
            [
        {{string.Join("\n", _methods.Select(method => method.Call(code, "client")))}}
            ];
        }
        """;

    private static ContractMethod Method(int index, Shape result, Queue<Shape> arguments, Random random)
    {
        int count = random.Next(MostArguments + 1);
        List<Shape> taken = [];
        while (count-- > 0 && arguments.TryDequeue(out Shape? argument))
        {
            taken.Add(argument);
        }

        Reply reply = random.Next(3) switch
        {
            0 => Reply.Stream,
            1 => Reply.ValueTaskOf,
            _ => Reply.TaskOf,
        };
        return new ContractMethod(index, reply, result, taken, random.Next(2) == 0);
    }

    private static Shape[] Shuffled(Shape[] shapes, Random random)
    {
        Shape[] shuffled = [.. shapes];
        random.Shuffle(shuffled);
        return shuffled;
    }
}
