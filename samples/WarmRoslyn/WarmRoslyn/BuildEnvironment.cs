namespace WarmRoslyn;

/// <summary>The environment variables that change what a build does. Callers with other values have another daemon, or its answers would be wrong for one of them.</summary>
internal static class BuildEnvironment
{
    private static readonly string[] s_names =
        ["CI", "TF_BUILD", "GITHUB_ACTIONS", "ContinuousIntegrationBuild", "Configuration", "Platform", "NUGET_PACKAGES", "RestorePackagesPath", "MSBuildSDKsPath", "MSBuildExtensionsPath"];

    public static Dictionary<string, string?> Get() => s_names
        .Where(name => Environment.GetEnvironmentVariable(name) is { Length: > 0 })
        .ToDictionary(name => name, Environment.GetEnvironmentVariable);
}
