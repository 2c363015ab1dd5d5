namespace DaemonRpc.Installed.Tests.Installing;

/// <summary>A stranger's program of one file, which <c>dotnet run</c> builds somewhere.</summary>
public sealed class FileBasedAppTests(PackedPackage package)
{
    [Fact]
    public void Program_of_one_file_is_warm_and_is_replaced_when_it_is_edited()
    {
        using var tool = new GreetTool(package);
        tool.User.Write("app/nuget.config", package.NuGetConfig);
        Write("1.0.0");

        Greeted first = Run();
        Assert.Equal(("1.0.0", 1, "Started"), (first.Daemon, first.Greetings, first.Origin));
        Assert.Equal(first with { Greetings = 2, Origin = "Reused" }, Run());

        Write("2.0.0");
        Greeted second = Run();
        Assert.Equal(("2.0.0", 1, "Replaced"), (second.Daemon, second.Greetings, second.Origin));
        first.HasLeft();

        // As the SDK does with what was not used for a month.
        string cache = Path.GetDirectoryName(second.Program)!;
        Assert.Contains("runfile", cache, StringComparison.Ordinal);
        Directory.Delete(cache, recursive: true);
        second.HasLeft();

        void Write(string version) => tool.User.Write("app/greet.cs", $"""
            #:package DaemonRpc@{package.Version}
            {GreetSources.Contract.Replace("namespace Acme.Greeting;", "", StringComparison.Ordinal).Split("\n\n", 2)[0]}
            {GreetSources.Program.Replace("using Acme.Greeting;", "", StringComparison.Ordinal).Replace("using DaemonRpc;", "", StringComparison.Ordinal)}
            {GreetSources.Contract.Replace("namespace Acme.Greeting;", "", StringComparison.Ordinal).Split("\n\n", 2)[1]}
            internal static class Release
            """ + $$"""
             { public const string Version = "{{version}}"; }
            """);

        Greeted Run() => Greeted.Read(tool.DotNetOfUser(tool.User["app"], "run", "greet.cs"));
    }
}
