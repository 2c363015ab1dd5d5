using DaemonRpc.Generators.Model;

namespace DaemonRpc.Generators.Emission;

/// <summary>Writes, for each callback of a contract, what the handler gets in its place, and what calls the caller's object.</summary>
internal static class CallbacksEmitter
{
    public static string Emit(ContractModel contract)
    {
        SourceWriter writer = FileHeader.Begin(contract, "The callbacks");
        writer.Write($"""
            /// <summary>Carries the calls of a handler to the callbacks that its caller passed.</summary>
            {FileHeader.GeneratedCode}
            [global::System.ComponentModel.EditorBrowsable(global::System.ComponentModel.EditorBrowsableState.Never)]
            internal static class {contract.Identity.Callbacks}
            """);
        writer.Open();
        foreach (CallbackModel callback in contract.Callbacks)
        {
            writer.StartMember();
            Write(writer, contract.Identity, callback);
        }

        writer.Close();
        return writer.ToString();
    }

    private static void Write(SourceWriter writer, ContractIdentity names, CallbackModel callback)
    {
        writer.Write($"""
            /// <summary>The code of {SeeOf(callback)}.</summary>
            internal static class {callback.Name}
            """);
        writer.Open();
        ContractEmitter.WriteMethods(writer, callback.Methods);
        writer.WriteMember($"""
            /// <summary>Is the caller's object to the handler.</summary>
            internal sealed class Proxy : {callback.Interface}
            """);
        writer.Open();
        writer.WriteMember("private readonly global::DaemonRpc.CodeGen.CallbackChannel _channel;");
        writer.WriteMember("""
            /// <summary>Creates the proxy.</summary>
            /// <param name="channel">Calls the caller's object.</param>
            public Proxy(global::DaemonRpc.CodeGen.CallbackChannel channel) => this._channel = channel;
            """);
        foreach (MethodModel method in callback.Methods)
        {
            foreach (string declaring in method.Interfaces.Take(method.IsExplicit ? method.Interfaces.Count : 1))
            {
                bool isHidden = method.Parameters.Any(static parameter => parameter.Name == "Methods");
                ClientEmitter.WriteCall(writer, method, declaring, $"{(isHidden ? $"{names.QualifiedCallbacks}.{callback.Name}." : "")}Methods.{method.ConstantName}");
            }
        }

        writer.Close();
        writer.WriteMember("/// <summary>Calls the caller's object.</summary>");
        DispatcherEmitter.WriteClass(writer, new DispatcherNames("Dispatcher", callback.Interface, callback.ShownName, "Methods"), callback.Methods);
        writer.Close();
    }

    // A closed generic type cannot be referred to.
    private static string SeeOf(CallbackModel callback) => callback.Interface.Contains('<')
        ? $"<c>{callback.ShownName.Replace("<", "&lt;").Replace(">", "&gt;")}</c>"
        : $"<see cref=\"{callback.Interface}\"/>";
}
