using System.Diagnostics;

namespace DaemonRpc.Installed.Tests.Split;

/// <summary>A stranger's contract, client and daemon as three projects, in a folder whose name a build must escape.</summary>
internal sealed class SplitSolution : IDisposable
{
    private const string Root = "tööls & 100% (ours)/src";

    private const string Properties = "<TargetFramework>net10.0</TargetFramework><Nullable>enable</Nullable><ImplicitUsings>enable</ImplicitUsings><TreatWarningsAsErrors>true</TreatWarningsAsErrors>";

    private const string Contract = """
        using DaemonRpc;

        namespace Acme.Words;

        [DaemonRpc("daemonrpc.tests.split")]
        public partial interface IWords
        {
            Task<string> DescribeAsync(CancellationToken cancellationToken = default);
        }
        """;

    private const string Client = """
        using Acme.Words;
        using DaemonRpc;

        try
        {
            await using WordsClient words = await WordsClient.ConnectAsync();
            Console.WriteLine($"{await words.DescribeAsync()} {words.Daemon.Origin}");
            return 0;
        }
        catch (DaemonException exception)
        {
            Console.Error.WriteLine($"{exception.GetType().Name}: {exception.Message}");
            return 1;
        }
        """;

    private const string Daemon = """
        using System.Runtime.CompilerServices;
        using Acme.Words;

        return await WordsDaemon.RunAsync(context => new Words());

        internal sealed class Words : IWords
        {
            public Task<string> DescribeAsync(CancellationToken cancellationToken) =>
                Task.FromResult($"first handler, {(RuntimeFeature.IsDynamicCodeCompiled ? "JIT" : "native")}");
        }
        """;

    private readonly TestSolution _solution;

    public SplitSolution(PackedPackage package, string reference = """OutputItemType="DaemonRpcDaemon" ReferenceOutputAssembly="false" """)
    {
        _solution = new TestSolution(package);
        Write("contract/Contract.csproj", Project("", _solution.PackageReference));
        Write("contract/IWords.cs", Contract);
        Write("apps/words/words.csproj", Project(
            "<OutputType>Exe</OutputType>",
            $"""<ProjectReference Include="../../contract/Contract.csproj" /><ProjectReference Include="../wordsd/wordsd.csproj" {reference}/>"""));
        Write("apps/words/Program.cs", Client);
        Write("apps/wordsd/wordsd.csproj", Project("<OutputType>Exe</OutputType>", """<ProjectReference Include="../../contract/Contract.csproj" />"""));
        Write("apps/wordsd/Program.cs", Daemon);
        Write("Words.slnx", """
            <Solution>
              <Project Path="apps/words/words.csproj" />
              <Project Path="apps/wordsd/wordsd.csproj" />
              <Project Path="contract/Contract.csproj" />
            </Solution>
            """);
    }

    /// <summary>The client, as a Debug build leaves it.</summary>
    public string Built => this["apps/words/bin/Debug/net10.0/words"];

    public string this[string path] => _solution.Folder[$"{Root}/{path}"];

    public CommandRun DotNet(params string[] arguments) => Packed.DotNet.Run(this["."], arguments);

    public void Edit(string file, string from, string to)
    {
        string text = File.ReadAllText(this[file]);
        Assert.Contains(from, text, StringComparison.Ordinal);
        Write(file, text.Replace(from, to, StringComparison.Ordinal));
    }

    public string Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["DAEMONRPC_DIR"] = _solution.Folder["run"] },
        };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (output + errors.GetAwaiter().GetResult()).TrimEnd();
    }

    public void EndDaemons()
    {
        foreach (Process daemon in Process.GetProcessesByName("wordsd").Where(process => process.MainModule?.FileName.StartsWith(_solution.Folder.Path, StringComparison.Ordinal) == true))
        {
            daemon.Kill();
            daemon.WaitForExit();
        }
    }

    /// <summary>Lists the files of a folder, with what shows that a file was written again.</summary>
    public string[] Snapshot(string folder) =>
    [
        .. Directory.EnumerateFiles(this[folder], "*", SearchOption.AllDirectories)
            .Select(file => $"{Path.GetRelativePath(this[folder], file)} {File.GetLastWriteTimeUtc(file).Ticks}")
            .Order(StringComparer.Ordinal),
    ];

    public void Dispose()
    {
        EndDaemons();
        _solution.Dispose();
    }

    private static string Project(string properties, string references) => $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            {Properties}
            {properties}
          </PropertyGroup>
          <ItemGroup>
            {references}
          </ItemGroup>
        </Project>
        """;

    private void Write(string file, string text) => _solution.Folder.Write($"{Root}/{file}", text);
}
