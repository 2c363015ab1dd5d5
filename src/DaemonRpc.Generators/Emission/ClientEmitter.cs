using DaemonRpc.Generators.Model;

namespace DaemonRpc.Generators.Emission;

/// <summary>Writes the client class, which implements the contract with calls to the daemon.</summary>
internal static class ClientEmitter
{
    public static string Emit(ContractModel contract)
    {
        ContractIdentity names = contract.Identity;
        SourceWriter writer = FileHeader.Begin(contract, "The client");
        writer.Write($"""
            /// <summary>Calls the <see cref="{names.Interface}"/> that a daemon serves.</summary>
            {FileHeader.GeneratedCode}
            {names.Visibility} sealed class {names.Client} : {names.Interface}, global::System.IAsyncDisposable
            """);
        writer.Open();
        WriteChannel(writer, names);
        WriteConnect(writer, names);
        foreach (MethodModel method in contract.Methods)
        {
            // A public method implements all declarations, an explicit one only the one it names.
            foreach (string declaring in method.Interfaces.Take(method.IsExplicit ? method.Interfaces.Count : 1))
            {
                WriteMethod(writer, names, method, declaring);
            }
        }

        writer.WriteMember("""
            /// <summary>Closes the connection, which cancels this client's running calls. The daemon keeps running.</summary>
            public global::System.Threading.Tasks.ValueTask DisposeAsync() => this._channel.DisposeAsync();
            """);
        writer.Close();
        return writer.ToString();
    }

    private static void WriteChannel(SourceWriter writer, ContractIdentity names)
    {
        writer.WriteMember("private readonly global::DaemonRpc.CodeGen.CallChannel _channel;");
        writer.WriteMember($"private {names.Client}(global::DaemonRpc.CodeGen.CallChannel channel) => this._channel = channel;");
        writer.WriteMember("""
            /// <summary>The daemon that this client calls: shows its status, cancels its task, stops it.</summary>
            public global::DaemonRpc.DaemonHandle Daemon => this._channel.Daemon;
            """);
    }

    private static void WriteConnect(SourceWriter writer, ContractIdentity names)
    {
        writer.WriteMember($"""
            /// <summary>Connects to the running daemon, whatever its build, or starts one.</summary>
            /// <param name="options">How the client finds, starts and waits for the daemon; null for the defaults.</param>
            /// <param name="cancellationToken">Cancels connecting.</param>
            public static global::System.Threading.Tasks.Task<{names.Client}> ConnectAsync(
                global::DaemonRpc.DaemonClientOptions? options = null,
                global::System.Threading.CancellationToken cancellationToken = default) =>
                global::DaemonRpc.CodeGen.CallChannel.ConnectAsync(
                    {names.Daemon}.Contract.Description,
                    static channel => new {names.Client}(channel),
                    options,
                    cancellationToken);
            """);
        writer.WriteMember($"""
            /// <summary>Connects to a handler in this process, for tests and for systems where no daemon can run.</summary>
            /// <param name="factory">Creates the handler.</param>
            /// <param name="options">The client's settings; null for the defaults. Those that start or find a daemon have no effect.</param>
            public static {names.Client} ConnectInProcess(
                global::System.Func<global::DaemonRpc.DaemonContext, {names.Interface}> factory,
                global::DaemonRpc.DaemonClientOptions? options = null) =>
                new(global::DaemonRpc.CodeGen.CallChannel.ConnectInProcess(
                    {names.Daemon}.Contract.Description,
                    factory,
                    static target => new {names.Dispatcher}(target),
                    options));
            """);
    }

    // One expression and no locals, because a contract's parameters may have any names. Request gets the method's name from the compiler.
    private static void WriteMethod(SourceWriter writer, ContractIdentity names, MethodModel method, string declaring)
    {
        bool isHidden = method.Parameters.Any(parameter => parameter.Name == names.Daemon);
        WriteCall(writer, method, declaring, $"{(isHidden ? names.QualifiedDaemon : names.Daemon)}.Methods.{method.ConstantName}");
    }

    /// <summary>Writes a method that sends its arguments to the other process.</summary>
    public static void WriteCall(SourceWriter writer, MethodModel method, string declaring, string id)
    {
        writer.WriteMember("/// <inheritdoc/>");
        if (method.ObsoleteAttribute is { } obsolete)
        {
            writer.Write(obsolete);
        }

        writer.Write($"""
            {Signature.Of(method, declaring)} =>
                this._channel
                    .Request({id})
            """);
        foreach (ParameterModel argument in method.Parameters.Where(static parameter => parameter.Kind != ParameterKind.CancellationToken))
        {
            writer.Write($"        .{WithOf(argument)}");
        }

        string token = method.Parameters.FirstOrDefault(static parameter => parameter.Kind == ParameterKind.CancellationToken)?.Name
            ?? "global::System.Threading.CancellationToken.None";
        writer.Write($"        .{SendOf(method)}({token});");
    }

    private static string WithOf(ParameterModel argument) => argument.Kind switch
    {
        ParameterKind.Progress => $"WithProgress({argument.Name})",
        ParameterKind.Stream => $"WithStream({argument.Name})",
        ParameterKind.Callback => $"WithCallback({argument.Name}, static target => new {argument.Callback}.Dispatcher(target))",
        >= ParameterKind.File => $"WithFile({argument.Name})",
        _ => $"With({argument.Name})",
    };

    private static string SendOf(MethodModel method) => method.Shape switch
    {
        ReplyShape.Task => "SendAsync",
        ReplyShape.TaskOfResult => $"SendAsync<{method.ResultType}>",
        ReplyShape.ValueTask => "SendValueAsync",
        ReplyShape.ValueTaskOfResult => $"SendValueAsync<{method.ResultType}>",
        ReplyShape.TaskOfByteStream => $"OpenAsync<{method.ResultType}>",
        ReplyShape.ValueTaskOfByteStream => $"OpenValueAsync<{method.ResultType}>",
        _ => $"StreamAsync<{method.ResultType}>",
    };
}
