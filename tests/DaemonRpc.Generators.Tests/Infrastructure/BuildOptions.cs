using System.Diagnostics.CodeAnalysis;
using DaemonRpc.Generators.Parsing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace DaemonRpc.Generators.Tests.Infrastructure;

/// <summary>What a build hands to the compiler.</summary>
internal sealed class BuildOptions : AnalyzerConfigOptionsProvider
{
    private readonly Options _global;

    private BuildOptions(Dictionary<string, string> values) => _global = new Options(values);

    /// <summary>A build without the targets of the package.</summary>
    public static BuildOptions WithoutTargets { get; } = new([]);

    public override AnalyzerConfigOptions GlobalOptions => _global;

    public static BuildOptions WithTimestamp(string timestamp) => new(new() { [BuildTimestamp.Key] = timestamp });

    public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => _global;

    public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) => _global;

    private sealed class Options(Dictionary<string, string> values) : AnalyzerConfigOptions
    {
        public override bool TryGetValue(string key, [NotNullWhen(true)] out string? value) => values.TryGetValue(key, out value);
    }
}
