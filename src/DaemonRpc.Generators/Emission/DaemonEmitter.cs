using DaemonRpc.Generators.Model;

namespace DaemonRpc.Generators.Emission;

/// <summary>Writes the daemon class, which a program calls to become the daemon.</summary>
internal static class DaemonEmitter
{
    public static string Emit(ContractModel contract)
    {
        ContractIdentity names = contract.Identity;
        SourceWriter writer = FileHeader.Begin(contract, "The daemon");
        writer.Write($"""
            /// <summary>The daemon that serves <see cref="{names.Interface}"/>.</summary>
            {FileHeader.GeneratedCode}
            {names.Visibility} static partial class {names.Daemon}
            """);
        writer.Open();
        writer.WriteMember($"""
            /// <summary>Whether this process was started to be the daemon. If true, call <c>RunAsync</c> before anything else.</summary>
            public static bool IsRequested => global::DaemonRpc.CodeGen.DaemonHost.IsRequested(Contract.Description);
            """);
        WriteRun(
            writer,
            names,
            $"global::System.Func<global::DaemonRpc.DaemonContext, {names.Interface}>",
            "Creates the handler, once. Clients that connect meanwhile wait.");
        WriteRun(
            writer,
            names,
            $"global::System.Func<global::DaemonRpc.DaemonContext, global::System.Threading.CancellationToken, global::System.Threading.Tasks.ValueTask<{names.Interface}>>",
            "Creates the handler, once and asynchronously. Clients that connect meanwhile wait. The token is cancelled when the daemon is stopped.");
        writer.Close();
        return writer.ToString();
    }

    private static void WriteRun(SourceWriter writer, ContractIdentity names, string factory, string summary) => writer.WriteMember($"""
        /// <summary>Serves clients until the daemon is stopped or idle. Runs in the foreground unless a client launched this process.</summary>
        /// <param name="factory">{summary}</param>
        /// <param name="options">How the daemon behaves; null for the defaults.</param>
        /// <returns>The process's exit code.</returns>
        public static global::System.Threading.Tasks.Task<int> RunAsync(
            {factory} factory,
            global::DaemonRpc.DaemonOptions? options = null) =>
            global::DaemonRpc.CodeGen.DaemonHost.RunAsync(
                Contract.Description,
                factory,
                static target => new {names.Dispatcher}(target),
                options);
        """);
}
