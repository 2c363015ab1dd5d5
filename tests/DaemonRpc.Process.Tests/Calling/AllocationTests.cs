using System.Globalization;

namespace DaemonRpc.Process.Tests.Calling;

/// <summary>What a warm call costs its client's process, in bytes of all threads. The daemon is another process.</summary>
public sealed class AllocationTests : SandboxTests
{
    private const int Calls = 1_000;

    // For what the runtime does beside the calls: less than a byte for each.
    private const int Noise = Calls;

    [Theory]
    [InlineData]
    [InlineData("--loaded")]
    public async Task Warm_call_allocates_nothing_in_its_client_but_what_its_shape_needs(params string[] options)
    {
        IReadOnlyList<string> lines = (await Sandbox.StartTool(["allocations", .. options]).EndedAsync()).Lines;

        Dictionary<string, int> bytes = lines.Select(line => line.Split(": ")).ToDictionary(
            parts => parts[0], parts => int.Parse(parts[1], CultureInfo.InvariantCulture));
        Assert.InRange(bytes["value"], 0, Noise);
        Assert.InRange(bytes["shared token"], 0, Noise);
        Assert.InRange(bytes["own tokens"], 0, (Calls * 256) + Noise);
        Assert.InRange(bytes["task"], 0, (Calls * 128) + Noise);
    }
}
