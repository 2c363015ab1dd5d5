namespace DaemonRpc.BuildTasks.Tests.Shapes;

/// <summary>How a method answers.</summary>
internal enum Reply
{
    Task,
    TaskOf,
    ValueTaskOf,
    Stream,
}

/// <summary>One method of a generated contract, and the code on both ends that makes and judges its values.</summary>
/// <param name="Number">Distinguishes the methods.</param>
/// <param name="Reply">How it answers.</param>
/// <param name="Result">What it answers with, or one item of a stream.</param>
/// <param name="Arguments">What it is given.</param>
/// <param name="TellsSeed">Whether the last argument says from which seed the values were made; otherwise it is the number.</param>
internal sealed record ContractMethod(int Number, Reply Reply, Shape Result, IReadOnlyList<Shape> Arguments, bool TellsSeed)
{
    /// <summary>How far a result's seed is from its arguments'.</summary>
    private const int ResultSeed = 100;

    private string Name => $"{(Reply == Reply.Stream ? "Stream" : Reply == Reply.Task ? "Take" : "Give")}{Number}Async";

    private string Returned => Reply switch
    {
        Reply.Task => "Task",
        Reply.TaskOf => $"Task<{Annotated(Result)}>",
        Reply.ValueTaskOf => $"ValueTask<{Annotated(Result)}>",
        _ => $"IAsyncEnumerable<{Annotated(Result)}>",
    };

    public string Signature => $"{Returned} {Name}({string.Join(", ", Arguments.Select((shape, index) => $"{Annotated(shape)} a{index}").Concat(TellsSeed ? ["int seed"] : []))})";

    /// <summary>The method in the daemon: looks at what has come and answers.</summary>
    public string Handler(ShapeCode code) => $$"""
        public {{(Reply is Reply.Stream ? "async " : "")}}{{Signature}}
        {
            {{(TellsSeed ? "" : $"const int seed = {Number};")}}
            {{string.Join(" ", Arguments.Select((shape, index) => $"{Same(code, shape, $"{index}", $"a{index}")};"))}}
            {{Answer(code)}}
        }
        """;

    /// <summary>The call in the client, as an element of a list of calls.</summary>
    public string Call(ShapeCode code, string client) => $$"""
        new("{{Signature}}", async round =>
        {
            int seed = {{Number}}{{(TellsSeed ? " + round * 1000" : "")}};
            {{Called(code, $"{client}.{Name}({string.Join(", ", Arguments.Select((shape, index) => Made(code, shape, $"{index}")).Concat(TellsSeed ? ["seed"] : []))})")}}
        }),
        """;

    private string Answer(ShapeCode code) => Reply switch
    {
        Reply.Task => "return Task.CompletedTask;",
        Reply.TaskOf => $"return Task.FromResult<{Result}>({Made(code, Result, $"{ResultSeed}")});",
        Reply.ValueTaskOf => $"return new ValueTask<{Result}>({Made(code, Result, $"{ResultSeed}")});",
        _ => $"for (int item = 0; item < 3; item++) {{ await Task.Yield(); yield return {Made(code, Result, $"{ResultSeed} + item")}; }}",
    };

    private string Called(ShapeCode code, string call) => Reply switch
    {
        Reply.Task => $"await {call};",
        Reply.Stream => $"int item = 0; await foreach (var result in {call}) {{ {Same(code, Result, $"{ResultSeed} + item++", "result")}; }} Check.Count(item);",
        _ => $"{Same(code, Result, $"{ResultSeed}", $"await {call}")};",
    };

    // Half of the contract says what can be null, and half says nothing of it.
    private string Annotated(Shape shape) => shape.IsReference && Number % 2 == 0 ? $"{shape}?" : shape.Name;

    private static string Made(ShapeCode code, Shape shape, string offset) => $"Made.Make{code.Number(shape)}(new Values(seed + {offset}))";

    private static string Same(ShapeCode code, Shape shape, string offset, string actual) =>
        $"Check.Same(seed + {offset}, Made.Make{code.Number(shape)}, Made.Show{code.Number(shape)}, {actual})";
}
