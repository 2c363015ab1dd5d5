using DaemonRpc.Generators.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Testing;
using Microsoft.CodeAnalysis.Testing;

namespace DaemonRpc.CodeFixes.Tests;

/// <summary>A fix over a project with contracts: what is written before and after it, with the analyzer's diagnostics marked.</summary>
internal sealed class FixTest<TFix> : CSharpCodeFixTest<ContractAnalyzer, TFix, DefaultVerifier>
    where TFix : CodeFixProvider, new()
{
    /// <summary>In each file: what most contracts use.</summary>
    private const string Usings = """
        using System.Collections.Generic;
        using System.Threading;
        using System.Threading.Tasks;
        using DaemonRpc;
        using MemoryPack;


        """;

    private FixTest()
    {
        // The assemblies of this process: nothing is downloaded.
        ReferenceAssemblies = new ReferenceAssemblies("net10.0");
        TestState.AdditionalReferences.AddRange(((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Where(static path => Path.GetFileName(path) is var name && (name.StartsWith("System", StringComparison.Ordinal)
                || name is "netstandard.dll" or "DaemonRpc.Runtime.dll" or "MemoryPack.Core.dll"))
            .Select(static path => MetadataReference.CreateFromFile(path)));

        // An empty timestamp is what an editor's build gives.
        TestState.AnalyzerConfigFiles.Add(("/.globalconfig", "is_global = true\nbuild_property.DaemonRpcBuildTimestampTicks =\n"));
        MarkupOptions = MarkupOptions.UseFirstDescriptor;
    }

    /// <summary>Asserts that the fix of all diagnostics, one by one and all at once, makes the second text from the first.</summary>
    public static Task AssertFixes(string before, string after) => AssertFixes([before], [after]);

    /// <summary>The same for several files.</summary>
    public static Task AssertFixes(string[] before, string[] after, bool isOneByOne = false)
    {
        FixTest<TFix> test = new();
        foreach (string file in before)
        {
            test.TestState.Sources.Add(Usings + file);
        }

        foreach (string file in after)
        {
            test.FixedState.Sources.Add(Usings + file);
        }

        test.CodeFixTestBehaviors = isOneByOne ? CodeFixTestBehaviors.SkipFixAllCheck : CodeFixTestBehaviors.None;
        return test.RunAsync(TestContext.Current.CancellationToken);
    }
}
