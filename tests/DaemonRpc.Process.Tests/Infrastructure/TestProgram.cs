using System.Reflection;

namespace DaemonRpc.Process.Tests.Infrastructure;

/// <summary>The program under test, as four builds of the same sources.</summary>
internal static class TestProgram
{
    /// <summary>The build that this test process is a client of.</summary>
    public static string Path { get; } = Find("TestDaemon");

    public static string Older { get; } = Find("TestDaemon.Older");

    public static string Newer { get; } = Find("TestDaemon.Newer");

    /// <summary>Another build of the same time as <see cref="Newer"/>.</summary>
    public static string Twin { get; } = Find("TestDaemon.Twin");

    private static string Find(string key) =>
        typeof(TestProgram).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == key).Value!;
}
