using System.Diagnostics;

namespace DaemonRpc.BuildTasks.Tests.Builds;

/// <summary>
/// A stranger's solution: package versions in one place, a contract for two frameworks, an executable that does not name the package, and all output outside of the
/// sources.
/// </summary>
internal sealed class StrangerSolution : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public StrangerSolution(PackedPackage package)
    {
        Write("nuget.config", package.NuGetConfig);
        Write("Directory.Build.targets", "<Project />");
        Write("Directory.Packages.props", $"""
            <Project>
              <PropertyGroup>
                <ManagePackageVersionsCentrally>true</ManagePackageVersionsCentrally>
                <CentralPackageTransitivePinningEnabled>true</CentralPackageTransitivePinningEnabled>
              </PropertyGroup>
              <ItemGroup>
                <PackageVersion Include="DaemonRpc" Version="{package.Version}" />
              </ItemGroup>
            </Project>
            """);
        Write("Directory.Build.props", """
            <Project>
              <PropertyGroup>
                <BaseIntermediateOutputPath>$(MSBuildThisFileDirectory)../out/obj/$(MSBuildProjectName)/</BaseIntermediateOutputPath>
                <BaseOutputPath>$(MSBuildThisFileDirectory)../out/bin/$(MSBuildProjectName)/</BaseOutputPath>
              </PropertyGroup>
            </Project>
            """);
        Write("Contract/Contract.csproj", """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFrameworks>net10.0;netstandard2.0</TargetFrameworks>
              </PropertyGroup>
              <ItemGroup Condition="'$(TargetFramework)' == 'net10.0'">
                <PackageReference Include="DaemonRpc" />
              </ItemGroup>
            </Project>
            """);
        Write("Contract/IGreeter.cs", """
            #if NET
            using System.Threading.Tasks;

            [DaemonRpc.DaemonRpc("daemonrpc.tests.stranger")]
            public partial interface IGreeter
            {
                Task<string> GreetAsync();
            }
            #endif
            """);
        Write("App/App.csproj", """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <OutputType>Exe</OutputType>
              </PropertyGroup>
              <ItemGroup>
                <ProjectReference Include="../Contract/Contract.csproj" />
              </ItemGroup>
            </Project>
            """);
        Say("Hello");
    }

    /// <summary>The folder of the sources, and nothing but sources.</summary>
    public string Sources => _folder["sources"];

    /// <summary>The runtime directory that programs use unless they are told another.</summary>
    public string RuntimeDirectory => _folder["run"];

    /// <summary>Edits the program, so that its daemon says something else.</summary>
    public void Say(string greeting)
    {
        Write("App/Program.cs", $$"""
            using System;
            using System.Threading.Tasks;
            using DaemonRpc;

            if (GreeterDaemon.IsRequested)
            {
                return await GreeterDaemon.RunAsync(_ => new Greeter());
            }

            await using GreeterClient client = await GreeterClient.ConnectAsync();
            Console.WriteLine($"{await client.GreetAsync()} {client.Daemon.Origin}");
            return 0;

            internal sealed class Greeter : IGreeter
            {
                public Task<string> GreetAsync() => Task.FromResult("{{greeting}}");
            }
            """);
    }

    /// <summary>Builds the contract for all of its frameworks; the program takes but one of them.</summary>
    public void BuildContract() => DotNet.Run(Sources, ["build", "Contract"]).Succeeded();

    public CommandRun Build(params string[] arguments) => DotNet.Run(Sources, ["build", "App", .. arguments]).Succeeded();

    /// <summary>Runs the program that was built, and returns what its daemon says, and whether that daemon was started, reused or replaced.</summary>
    public string Greet(string configuration = "Debug", string runtimeDirectory = "run")
    {
        ProcessStartInfo start = new(_folder[$"out/bin/App/{configuration}/net10.0/App"])
        {
            RedirectStandardOutput = true,
            Environment = { ["DAEMONRPC_DIR"] = _folder[runtimeDirectory] },
        };
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output.TrimEnd();
    }

    /// <summary>The log of the one daemon of a runtime directory.</summary>
    public string LogOf(string runtimeDirectory) => File.ReadAllText(Assert.Single(Directory.GetFiles(_folder[runtimeDirectory], "*.log")));

    public void Dispose()
    {
        foreach (Process daemon in Process.GetProcessesByName("App").Where(IsOurs))
        {
            daemon.Kill();
            daemon.WaitForExit();
        }

        _folder.Dispose();
    }

    private bool IsOurs(Process process) => process.MainModule?.FileName.StartsWith(_folder.Path, StringComparison.Ordinal) == true;

    private void Write(string file, string text) => _folder.Write(Path.Combine("sources", file), text);
}
