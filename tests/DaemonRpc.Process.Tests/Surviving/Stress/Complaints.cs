namespace DaemonRpc.Process.Tests.Surviving.Stress;

/// <summary>What a record proves to have been wrong, each with the lines that prove it.</summary>
internal sealed class Complaints
{
    private readonly List<string> _all = [];

    public IReadOnlyList<string> All => _all;

    public void Add(string complaint, params IEnumerable<RecordLine?> proof) =>
        _all.Add(string.Join('\n', proof.Where(line => line is not null).Select(line => $"{line}").Prepend(complaint)));
}
