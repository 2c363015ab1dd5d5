using System.Globalization;
using DaemonRpc.Framing;

namespace DaemonRpc.Runtime.Tests.Fuzzing;

/// <summary>Hostile clients, daemons and messages: the corpus, and mutations of honest conversations, for a time that can be set.</summary>
/// <remarks>
/// <para>
/// The seeds (<see cref="ClientSeeds"/>, <see cref="DaemonSeeds"/>, <see cref="MessageSeeds"/>) are written by the present code of the protocol, so they stay
/// honest when it changes. The corpus (<c>Fuzzing/Corpus</c>) is recorded: inputs that once failed, under a name that tells what they do, and inputs that brought
/// something that none before had brought. Where the protocol has changed since, an old one is merely another hostile input. <see cref="FuzzInput"/> has its format.
/// </para>
/// <para>
/// After each input an honest call is served, nothing was thrown that nobody caught, callers got documented exceptions only, their code has ended, and no more
/// was allocated than a multiple of what was sent. After some more, no descriptor, thread or unobserved exception is left.
/// </para>
/// </remarks>
public sealed class FuzzTests
{
    private const int DefaultSeconds = 4;

    [Theory]
    [InlineData("client")]
    [InlineData("daemon")]
    [InlineData("message")]
    public async Task Hostile_end_harms_nobody_but_itself(string target)
    {
        int seed = Setting("SEED") ?? Random.Shared.Next(1_000_000);
        int seconds = Setting("SECONDS") ?? DefaultSeconds;
        using var folder = new TemporaryFolder();

        string report = await new FuzzOrder(target, seed, seconds, folder["input"], Environment.GetEnvironmentVariable("DAEMONRPC_FUZZ_KEEP") ?? "").RunAsync();

        TestContext.Current.TestOutputHelper?.WriteLine($"Seed {seed} (DAEMONRPC_FUZZ_SEED), {seconds} s (DAEMONRPC_FUZZ_SECONDS): {report}");
        Assert.StartsWith("passed", report, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("client")]
    [InlineData("daemon")]
    [InlineData("message")]
    public void Seed_brings_what_an_honest_end_wants(string name)
    {
        using var target = FuzzTarget.Create(name);
        Assert.All(target.Seeds, seed => Assert.StartsWith(seed.Brings, target.Run(seed.Input, FuzzEnd.Lingers, seed.Brings), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("client")]
    [InlineData("daemon")]
    [InlineData("message")]
    public void Seed_is_written_as_text_and_read_again(string name)
    {
        using var target = FuzzTarget.Create(name);
        foreach (FuzzInput input in target.Seeds.Select(static seed => seed.Input))
        {
            var read = FuzzInput.Parse($"# A comment.\n{input}");
            Assert.Equal((input.Target, input.Scenario), (read.Target, read.Scenario));
            Assert.Equal(input.Steps.Select(static step => Convert.ToHexString(step.Bytes)), read.Steps.Select(static step => Convert.ToHexString(step.Bytes)));
            Assert.Equal(input.Steps.SelectMany(static step => step.Passed), read.Steps.SelectMany(static step => step.Passed));
        }
    }

    /// <summary>Who adds a kind adds a conversation with it: to the seeds of the end that sends it.</summary>
    [Fact]
    public void Every_kind_of_frame_is_in_a_seed()
    {
        IEnumerable<FrameKind> said = ClientSeeds.All.Concat(DaemonSeeds.All).Concat(MessageSeeds.All.Where(static seed => seed.Input.Scenario is "launch" or "readiness"))
            .SelectMany(static seed => seed.Input.Steps)
            .Where(static step => !step.IsAwait)
            .Select(static step => FrameHeader.Read(step.Bytes).Kind);

        Assert.Empty(Enum.GetValues<FrameKind>().Except(said));
    }

    /// <summary>The server's seeds make it say everything that it can say, so that the mutations meet it in every state.</summary>
    [Fact]
    public void Every_kind_of_frame_that_a_daemon_sends_is_brought_by_a_seed()
    {
        string[] brought = [.. ClientSeeds.All.SelectMany(static seed => seed.Brings.Split(' '))];

        Assert.Empty(DaemonSeeds.All.SelectMany(static seed => seed.Input.Steps).Where(static step => !step.IsAwait)
            .Select(static step => $"{FrameHeader.Read(step.Bytes).Kind}").Distinct().Except(brought));
    }

    private static int? Setting(string name) =>
        Environment.GetEnvironmentVariable($"DAEMONRPC_FUZZ_{name}") is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
