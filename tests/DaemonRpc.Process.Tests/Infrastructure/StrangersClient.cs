namespace DaemonRpc.Process.Tests.Infrastructure;

/// <summary>The scripts of a client that a third party could have written, in Python.</summary>
internal static class StrangersClient
{
    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "Guarding", "Stranger");

    /// <summary>What runs the scripts, or null where it is not installed.</summary>
    public static string? Python { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Select(static folder => Path.Combine(folder, "python3"))
        .FirstOrDefault(File.Exists);
}
