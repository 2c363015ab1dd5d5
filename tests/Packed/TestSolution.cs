namespace DaemonRpc.Packed;

/// <summary>A few real projects in a temporary folder, built with the packed package.</summary>
internal sealed class TestSolution : IDisposable
{
    private readonly PackedPackage _package;

    public TestSolution(PackedPackage package)
    {
        _package = package;
        Folder.Write("nuget.config", package.NuGetConfig);

        // Nothing above the temporary folder may take part.
        Folder.Write("Directory.Build.props", "<Project />");
        Folder.Write("Directory.Build.targets", "<Project />");
        Folder.Write("Directory.Packages.props", "<Project />");
    }

    public TemporaryFolder Folder { get; } = new();

    /// <inheritdoc cref="PackedPackage.TestReferences"/>
    public string TestReferences => _package.TestReferences;

    public string PackageReference => $"""<PackageReference Include="DaemonRpc" Version="{_package.Version}" />""";

    /// <summary>An executable that references what <paramref name="references"/> says, the package by default.</summary>
    public TestProject AddExecutable(string name, string? references = null, string properties = "")
    {
        TestProject project = Add(name, references ?? PackageReference, $"<OutputType>Exe</OutputType>{properties}");
        project.Write("Program.cs", "System.Console.WriteLine(1);");
        return project;
    }

    /// <summary>A library whose <c>Library.cs</c> holds one class, named like the library.</summary>
    public TestProject AddLibrary(string name, string references, string properties = "")
    {
        TestProject project = Add(name, references, properties);
        project.Write("Library.cs", $$"""public static class {{name}} { public static int Value() => 1; }""");
        return project;
    }

    public void Dispose() => Folder.Dispose();

    private TestProject Add(string name, string references, string properties)
    {
        TestProject project = new(Folder, name);
        project.Write($"{name}.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                {properties}
              </PropertyGroup>
              <ItemGroup>
                {references}
              </ItemGroup>
            </Project>
            """);
        return project;
    }
}
