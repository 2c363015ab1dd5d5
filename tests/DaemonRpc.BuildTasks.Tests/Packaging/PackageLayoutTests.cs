using System.IO.Compression;
using System.Xml.Linq;

namespace DaemonRpc.BuildTasks.Tests.Packaging;

public sealed class PackageLayoutTests(PackedPackage package)
{
    [Fact]
    public void Package_holds_exactly_these_files()
    {
        Assert.Equal(
            [
                "DaemonRpc.nuspec",
                "README.md",
                "analyzers/dotnet/cs/DaemonRpc.CodeFixes.dll",
                "analyzers/dotnet/cs/DaemonRpc.Generators.dll",
                "build/DaemonRpc.props",
                "build/DaemonRpc.targets",
                "buildTransitive/DaemonRpc.Compiler.targets",
                "buildTransitive/DaemonRpc.Daemon.targets",
                "buildTransitive/DaemonRpc.MemoryPack.targets",
                "buildTransitive/DaemonRpc.NativeAot.targets",
                "buildTransitive/DaemonRpc.props",
                "buildTransitive/DaemonRpc.targets",
                "icon.png",
                "lib/net10.0/DaemonRpc.Runtime.dll",
                "lib/net10.0/DaemonRpc.Runtime.xml",
                $"runtimes/{PackedPackage.Platform}/lib/net10.0/DaemonRpc.Runtime.dll",
                "tasks/netstandard2.0/DaemonRpc.BuildTasks.dll",
            ],
            Entries(package.Path));
    }

    [Fact]
    public void Symbols_are_beside_the_package() =>
        Assert.Contains("lib/net10.0/DaemonRpc.Runtime.pdb", Entries(Path.ChangeExtension(package.Path, "snupkg")));

    [Fact]
    public void Memorypack_is_a_dependency_with_its_generator()
    {
        XElement[] dependencies = [.. Nuspec().Descendants().Where(element => element.Name.LocalName == "dependency")];

        Assert.Equal(
            ["MemoryPack", "Microsoft.Extensions.Logging.Abstractions", "Nerdbank.Streams"],
            dependencies.Select(dependency => dependency.Attribute("id")?.Value).Order(StringComparer.Ordinal));
        Assert.Equal("All", dependencies.Single(dependency => dependency.Attribute("id")?.Value == "MemoryPack").Attribute("include")?.Value);
    }

    [Fact]
    public void Package_says_its_licence_and_flows_to_users_of_users()
    {
        string nuspec = Nuspec().ToString();

        Assert.Contains("""<license type="expression">MIT</license>""", nuspec, StringComparison.Ordinal);
        Assert.Contains("<readme>README.md</readme>", nuspec, StringComparison.Ordinal);
        Assert.Contains("<icon>icon.png</icon>", nuspec, StringComparison.Ordinal);
        Assert.DoesNotContain("developmentDependency", nuspec, StringComparison.Ordinal);
    }

    // Without what every package has: relations, content types, core properties.
    private static string[] Entries(string path)
    {
        using ZipArchive archive = ZipFile.OpenRead(path);
        return
        [
            .. archive.Entries.Select(entry => entry.FullName)
                .Where(name => !name.StartsWith("_rels/", StringComparison.Ordinal)
                    && !name.StartsWith("package/", StringComparison.Ordinal)
                    && name != "[Content_Types].xml")
                .Order(StringComparer.Ordinal),
        ];
    }

    private XElement Nuspec()
    {
        using ZipArchive archive = ZipFile.OpenRead(package.Path);
        using Stream nuspec = archive.GetEntry("DaemonRpc.nuspec")!.Open();
        return XElement.Load(nuspec);
    }
}
