using DaemonRpc;

namespace WarmRoslyn.Contract;

/// <summary>Answers questions about the C# solution that is this daemon's instance.</summary>
/// <remarks>Every answer is about the files as they are when the call begins.</remarks>
[DaemonRpc(DaemonId)]
public partial interface IWarmRoslyn
{
    /// <summary>What finds the daemons of this tool; the solution's path is the second key.</summary>
    const string DaemonId = "daemonrpc.samples.warm-roslyn";

    /// <summary>What the compiler says, project by project in the order in which they are built.</summary>
    [Fault(typeof(Problem))]
    IAsyncEnumerable<CodeDiagnostic> DiagnosticsAsync(DiagnosticQuery query, CancellationToken cancellationToken = default);

    /// <summary>The declarations whose name fits.</summary>
    /// <param name="name">A name such as <c>Parse</c>, <c>Json.Parse</c> or <c>Pars*</c>.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    [Fault(typeof(Problem))]
    IAsyncEnumerable<CodeSymbol> SymbolsAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>Where a symbol is used.</summary>
    /// <param name="symbol">A name, as of <see cref="SymbolsAsync"/>, or a place such as <c>/src/a.cs:12:5</c>.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    [Fault(typeof(Problem))]
    IAsyncEnumerable<CodeReference> ReferencesAsync(string symbol, CancellationToken cancellationToken = default);

    /// <summary>What would change if a symbol had another name. Changes nothing.</summary>
    /// <param name="symbol">A name or place that fits one symbol.</param>
    /// <param name="newName">The new name.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    [Fault(typeof(Problem))]
    Task<RenamePlan> PlanRenameAsync(string symbol, string newName, CancellationToken cancellationToken = default);

    /// <summary>The types and members of a file, from top to bottom.</summary>
    /// <param name="file">The file's full path.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    [Fault(typeof(Problem))]
    IAsyncEnumerable<CodeSymbol> OutlineAsync(string file, CancellationToken cancellationToken = default);
}
