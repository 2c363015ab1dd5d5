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
        DotNet.Run(
            _folder.Path,
            [
                "pack", BuiltWith("RuntimeProject"), "--no-build", "-c", BuiltWith("Configuration"), "-o", Feed,
                $"-p:PackageVersion={Version}", $"-p:NuspecOutputPath={_folder["nuspec"]}",
            ]).Succeeded();
    }

    public string Version { get; }

    public string Path => System.IO.Path.Combine(Feed, $"DaemonRpc.{Version}.nupkg");

    /// <summary>Where this repository's own packages are; tests that need more than these have to skip.</summary>
    public static string RestoredPackages => BuiltWith("NuGetPackageRoot");

    /// <summary>The repository's README, which is the package's too.</summary>
    public static string Readme => System.IO.Path.Combine(System.IO.Path.GetDirectoryName(BuiltWith("RuntimeProject"))!, "..", "..", "README.md");

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

    public void Dispose() => _folder.Dispose();

    private static string BuiltWith(string key) => typeof(PackedPackage).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == key)
        .Value!;
}
