using System.Globalization;
using System.Reflection;

namespace DaemonRpc.BuildTasks.Tests.Infrastructure;

/// <summary>The package DaemonRpc, packed once for all tests, and the folder that projects restore it from.</summary>
public sealed class PackedPackage : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public PackedPackage()
    {
        // A version never used before cannot be found in any cache.
        Version = $"0.1.0-test.{DateTime.UtcNow.Ticks.ToString(CultureInfo.InvariantCulture)}";
        Pack(Feed, $"-p:ReadyToRunPlatforms={Platform}").Succeeded();
    }

    /// <summary>This machine's, as NuGet names it. The package of the tests carries native code for no other: that would take their runtimes.</summary>
    public static string Platform => BuiltWith("Platform");

    public string Version { get; }

    public string FileName => $"DaemonRpc.{Version}.nupkg";

    public string Path => System.IO.Path.Combine(Feed, FileName);

    /// <summary>Where this repository's own packages are; tests that need more than these have to skip.</summary>
    public static string RestoredPackages => BuiltWith("NuGetPackageRoot");

    /// <summary>MemoryPack as a library names it that packs its types and knows nothing of the package.</summary>
    public static string MemoryPackReference => $"""<PackageReference Include="MemoryPack" Version="{BuiltWith("MemoryPackVersion")}" />""";

    /// <summary>The repository's README, which is the package's too.</summary>
    public static string Readme => System.IO.Path.Combine(System.IO.Path.GetDirectoryName(BuiltWith("RuntimeProject"))!, "..", "..", "README.md");

    /// <summary>What a stranger's test project references: DaemonRpc.Testing, packed at the first use, a test framework, and a clock that can be moved.</summary>
    public string TestReferences
    {
        get
        {
            if (!File.Exists(System.IO.Path.Combine(Feed, $"DaemonRpc.Testing.{Version}.nupkg")))
            {
                PackProject("TestingProject", Feed).Succeeded();
            }

            return $"""
                <PackageReference Include="DaemonRpc.Testing" Version="{Version}" />
                <PackageReference Include="xunit.v3" Version="{BuiltWith("XunitVersion")}" />
                <PackageReference Include="Microsoft.Extensions.TimeProvider.Testing" Version="{BuiltWith("TimeProviderTestingVersion")}" />
                """;
        }
    }

    private string Feed => _folder["feed"];

    /// <summary>Restores the package from the feed and its dependencies from this repository's: the network is never asked.</summary>
    public string NuGetConfig => $"""
        <configuration>
          <packageSources>
            <clear />
            <add key="packed" value="{Feed}" />
          </packageSources>
          <fallbackPackageFolders>
            <clear />
            <add key="restored" value="{RestoredPackages}" />
          </fallbackPackageFolders>
          <config>
            <add key="globalPackagesFolder" value="{_folder["packages"]}" />
          </config>
        </configuration>
        """;

    /// <summary>Whether packing for a platform would find all that it takes.</summary>
    public static bool HasRuntimeOf(string platform) =>
        Directory.Exists(System.IO.Path.Combine(RestoredPackages, $"microsoft.netcore.app.runtime.{platform}", BuiltWith("RuntimePackVersion")));

    /// <summary>Packs what was built, into a folder.</summary>
    internal CommandRun Pack(string folder, params string[] properties) => PackProject("RuntimeProject", folder, properties);

    private CommandRun PackProject(string project, string folder, params string[] properties) => DotNet.Run(
        _folder.Path,
        [
            "pack", BuiltWith(project), "--no-build", "-c", BuiltWith("Configuration"), "-o", folder,
            $"-p:PackageVersion={Version}", $"-p:NuspecOutputPath={_folder["nuspec"]}", .. properties,
        ]);

    public void Dispose() => _folder.Dispose();

    private static string BuiltWith(string key) => typeof(PackedPackage).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == key)
        .Value!;
}
