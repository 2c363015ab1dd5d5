namespace DaemonRpc.Generators;

/// <summary>The names of the pipeline's steps, for the tests of its cache.</summary>
internal static class Steps
{
    public const string ParseContract = nameof(ParseContract);

    public const string FindClashes = nameof(FindClashes);

    public const string ReadBuildTimestamp = nameof(ReadBuildTimestamp);
}
