using DaemonRpc.Generators.Model;

namespace DaemonRpc.Generators.Emission;

/// <summary>Writes the dispatcher class, which turns a request into a call of the handler.</summary>
internal static class DispatcherEmitter
{
    public static string Emit(ContractModel contract)
    {
        ContractIdentity names = contract.Identity;
        SourceWriter writer = FileHeader.Begin(contract, "The dispatcher");
        writer.Write($"""
            /// <summary>Translates the requests of clients into calls of an <see cref="{names.Interface}"/>.</summary>
            {FileHeader.GeneratedCode}
            [global::System.ComponentModel.EditorBrowsable(global::System.ComponentModel.EditorBrowsableState.Never)]
            """);
        WriteClass(writer, new DispatcherNames(names.Dispatcher, names.Interface, names.Name, $"{names.Daemon}.Methods"), contract.Methods);
        return writer.ToString();
    }

    /// <summary>Writes a dispatcher class.</summary>
    public static void WriteClass(SourceWriter writer, DispatcherNames names, EquatableArray<MethodModel> methods)
    {
        writer.Write($"internal sealed class {names.Class} : global::DaemonRpc.CodeGen.Dispatcher");
        writer.Open();
        WriteTarget(writer, names);
        WriteNameOf(writer, names, methods);
        WriteDispatch(writer, names, methods);
        writer.Close();
    }

    private static void WriteTarget(SourceWriter writer, DispatcherNames names)
    {
        writer.WriteMember($"private readonly {names.Interface} _target;");
        writer.WriteMember($"""
            /// <summary>Creates the dispatcher of a handler.</summary>
            /// <param name="target">The handler to call.</param>
            public {names.Class}({names.Interface} target) => this._target = target;
            """);
        writer.WriteMember("""
            /// <inheritdoc/>
            public override object Target => this._target;
            """);
    }

    private static void WriteNameOf(SourceWriter writer, DispatcherNames names, EquatableArray<MethodModel> methods)
    {
        if (methods.Count == 0)
        {
            writer.WriteMember("""
                /// <inheritdoc/>
                public override string? NameOf(uint method) => null;
                """);
            return;
        }

        writer.WriteMember("""
            /// <inheritdoc/>
            public override string? NameOf(uint method) => method switch
            {
            """);
        foreach (MethodModel method in methods)
        {
            writer.Write($"    {names.Methods}.{method.ConstantName} => nameof({(method.IsShadowed ? method.Interfaces[0] : names.Interface)}.{method.Name}),");
        }

        writer.Write("""
                _ => null,
            };
            """);
    }

    private static void WriteDispatch(SourceWriter writer, DispatcherNames names, EquatableArray<MethodModel> methods)
    {
        const string Parameters = """
                uint method,
                global::DaemonRpc.CodeGen.ArgumentReader arguments,
                global::DaemonRpc.CodeGen.ReplyWriter reply)
            """;
        string unknown = $"\"{names.ShownName} has no method with this id. Build client and daemon from the same version of the contract.\"";
        if (methods.Count == 0)
        {
            writer.WriteMember($"""
                /// <inheritdoc/>
                public override global::System.Threading.Tasks.ValueTask DispatchAsync(
                {Parameters} =>
                    throw new global::System.ArgumentOutOfRangeException(
                        nameof(method),
                        method,
                        {unknown});
                """);
            return;
        }

        writer.WriteMember($$"""
            /// <inheritdoc/>
            public override async global::System.Threading.Tasks.ValueTask DispatchAsync(
            {{Parameters}}
            {
                switch (method)
                {
            """);
        foreach (MethodModel method in methods)
        {
            WriteCase(writer, names, method);
        }

        // Never reached: the runtime calls NameOf before it dispatches, and answers the client itself if there is no name.
        writer.Write($$"""
                    default:
                        throw new global::System.ArgumentOutOfRangeException(
                            nameof(method),
                            method,
                            {{unknown}});
                }
            }
            """);
    }

    private static string Argument(ParameterModel parameter) => parameter.Kind switch
    {
        ParameterKind.CancellationToken => "arguments.CancellationToken",
        ParameterKind.Progress => $"arguments.NextProgress<{parameter.TravellingType}>()",
        ParameterKind.Callback => $"arguments.NextCallback<{parameter.Type.TrimEnd('?')}>(static channel => new {parameter.Callback}.Proxy(channel))",
        ParameterKind.Stream => $"arguments.NextStream<{parameter.TravellingType}>()",
        ParameterKind.File => "arguments.NextFile()",
        ParameterKind.ByteStream => "arguments.NextByteStream()",
        ParameterKind.PipeReader => "arguments.NextPipeReader()",
        ParameterKind.PipeWriter => "arguments.NextPipeWriter()",
        ParameterKind.DuplexPipe => "arguments.NextDuplexPipe()",
        _ => $"arguments.Next<{parameter.TravellingType}>()",
    };

    private static void WriteCase(SourceWriter writer, DispatcherNames names, MethodModel method)
    {
        string arguments = string.Join(", ", method.Parameters.Select(Argument));
        string target = method.IsShadowed ? $"(({method.Interfaces[0]})this._target)" : "this._target";
        string call = $"{target}.{method.Name}({arguments})";
        string[] statements = method.Shape switch
        {
            ReplyShape.Stream => [$"await reply.StreamAsync({call});"],
            ReplyShape.TaskOfByteStream or ReplyShape.ValueTaskOfByteStream => [$"await reply.OpenAsync(await {call});"],
            ReplyShape.Task or ReplyShape.ValueTask => [$"await {call};", "reply.Result();"],
            _ => [$"reply.Result(await {call});"],
        };
        writer.Write($"        case {names.Methods}.{method.ConstantName}:");
        if (method.Faults.Count == 0)
        {
            WriteLines(writer, statements, "            ");
        }
        else
        {
            writer.Write("""
                            try
                            {
                """);
            WriteLines(writer, statements, "                ");
            writer.Write("            }");
            WriteCatches(writer, method.Faults);
        }

        writer.Write("            return;");
        writer.WriteBlankLine();
    }

    private static void WriteLines(SourceWriter writer, string[] lines, string indent)
    {
        foreach (string line in lines)
        {
            writer.Write(indent + line);
        }
    }

    private static void WriteCatches(SourceWriter writer, IEnumerable<string> faults)
    {
        foreach (string fault in faults)
        {
            writer.Write($$"""
                            catch (global::DaemonRpc.DaemonFaultException<{{fault}}> exception)
                            {
                                reply.Fault(exception);
                                throw;
                            }
                """);
        }

        writer.WriteBlankLine();
    }
}

/// <summary>The names that a dispatcher class mentions.</summary>
/// <param name="Class">The class.</param>
/// <param name="Interface">The interface that it calls.</param>
/// <param name="ShownName">The interface's name in texts for people.</param>
/// <param name="Methods">The class with the methods' ids.</param>
internal sealed record DispatcherNames(string Class, string Interface, string ShownName, string Methods);
