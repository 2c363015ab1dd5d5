using System.Globalization;
using System.Reflection;

namespace DaemonRpc.Packed;

/// <summary>The package DaemonRpc, packed once for all tests of a project, those that a test asks for beside it, and the folder that projects restore them from.</summary>
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

    /// <summary>The folder with this repository's projects.</summary>
    public static string Sources => BuiltWith("Sources");

    public string Version { get; }

    public string FileName => $"DaemonRpc.{Version}.nupkg";

    public string Path => System.IO.Path.Combine(Feed, FileName);

    /// <summary>Where this repository's own packages are; tests that need more than these have to skip.</summary>
    public static string RestoredPackages => BuiltWith("NuGetPackageRoot");

    /// <summary>MemoryPack as a library names it that packs its types and knows nothing of the package.</summary>
    public static string MemoryPackReference => $"""<PackageReference Include="MemoryPack" Version="{BuiltWith("MemoryPackVersion")}" />""";

    /// <summary>The repository's README, which is the package's too.</summary>
    public static string Readme => System.IO.Path.Combine(Sources, "..", "README.md");

    /// <summary>What a stranger's test project references: DaemonRpc.Testing, packed at the first use, a test framework, and a clock that can be moved.</summary>
    public string TestReferences
    {
        get
        {
            PackBeside("DaemonRpc.Testing");
            return $"""
                <PackageReference Include="DaemonRpc.Testing" Version="{Version}" />
                <PackageReference Include="xunit.v3" Version="{BuiltWith("XunitVersion")}" />
                <PackageReference Include="Microsoft.Extensions.TimeProvider.Testing" Version="{BuiltWith("TimeProviderTestingVersion")}" />
                """;
        }
    }

    /// <summary>The folder with the packages.</summary>
    public string Feed => _folder["feed"];

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
    internal CommandRun Pack(string folder, params string[] properties) => PackProject("DaemonRpc.Runtime", folder, properties);

    /// <summary>Packs another project of src/, which the test project must have built, into the feed, in the same version, unless that was done.</summary>
    public void PackBeside(string project)
    {
        if (!File.Exists(System.IO.Path.Combine(Feed, $"{project}.{Version}.nupkg")))
        {
            PackProject(project, Feed).Succeeded();
        }
    }

    private CommandRun PackProject(string project, string folder, params string[] properties) => DotNet.Run(
        _folder.Path,
        [
            "pack", System.IO.Path.Combine(Sources, project), "--no-build", "-c", BuiltWith("Configuration"), "-o", folder,
            $"-p:PackageVersion={Version}", $"-p:NuspecOutputPath={_folder["nuspec"]}", .. properties,
        ]);

    public void Dispose() => _folder.Dispose();

    private static string BuiltWith(string key) => typeof(PackedPackage).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == key)
        .Value!;
}
