using System.Runtime.CompilerServices;
using DaemonRpc;
using Microsoft.CodeAnalysis;
using WarmRoslyn.Compiling;
using WarmRoslyn.Contract;
using WarmRoslyn.Freshness;
using WarmRoslyn.Queries;

namespace WarmRoslyn;

/// <summary>The warm half: lives in the daemon, and keeps one solution loaded and compiled.</summary>
/// <remarks>The daemon runs one task at a time, so nothing here is guarded against two.</remarks>
internal sealed class WarmRoslynHandler : IWarmRoslyn, IDisposable
{
    private readonly DaemonContext _context;
    private readonly WarmCompiler _compiler = new();
    private readonly LiveSolution _live;

    public WarmRoslynHandler(DaemonContext context, string solution)
    {
        _context = context;
        _live = new LiveSolution(solution, _compiler.Forget);
    }

    public async IAsyncEnumerable<CodeDiagnostic> DiagnosticsAsync(DiagnosticQuery query, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        Solution solution = await RefreshAsync(cancellationToken);
        foreach (CodeDiagnostic problem in _live.Problems.Where(problem => problem.Severity >= query.Least))
        {
            yield return problem;
        }

        ProjectChoice choice = ProjectChoice.Of(solution, query.Project);
        await foreach (CodeDiagnostic diagnostic in _compiler.CompileAsync(solution, choice, query.WithAnalyzers, _live.IsMissing, Report, cancellationToken))
        {
            if (diagnostic.Severity >= query.Least)
            {
                yield return diagnostic;
            }
        }
    }

    public async IAsyncEnumerable<CodeSymbol> SymbolsAsync(string name, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        Solution solution = await RefreshAsync(cancellationToken);
        foreach (ISymbol symbol in await SymbolSearch.DeclarationsAsync(solution, name, cancellationToken))
        {
            foreach (CodeSymbol declaration in Descriptions.Of(symbol))
            {
                yield return declaration;
            }
        }
    }

    public async IAsyncEnumerable<CodeReference> ReferencesAsync(string symbol, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        Solution solution = await RefreshAsync(cancellationToken);
        await foreach (CodeReference reference in ReferenceSearch.RunAsync(solution, symbol, Report, cancellationToken))
        {
            yield return reference;
        }
    }

    public async Task<RenamePlan> PlanRenameAsync(string symbol, string newName, CancellationToken cancellationToken = default)
    {
        Solution solution = await RefreshAsync(cancellationToken);
        return await Renaming.PlanAsync(solution, symbol, newName, Report, cancellationToken);
    }

    public async IAsyncEnumerable<CodeSymbol> OutlineAsync(string file, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        Solution solution = await RefreshAsync(cancellationToken);
        foreach (CodeSymbol symbol in await Outlining.RunAsync(solution, file, cancellationToken))
        {
            yield return symbol;
        }
    }

    public void Dispose() => _live.Dispose();

    private Task<Solution> RefreshAsync(CancellationToken cancellationToken) => _live.RefreshAsync(Report, cancellationToken);

    private void Report(string message, double? fraction) => _context.Status.Report(message, fraction);
}

/// <summary>Tells those who wait what is being done. The fraction goes from 0 to 1, and is null if nobody knows.</summary>
internal delegate void ProgressReport(string message, double? fraction = null);
