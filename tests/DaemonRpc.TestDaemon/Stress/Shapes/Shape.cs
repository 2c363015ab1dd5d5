using System.Diagnostics.CodeAnalysis;

namespace DaemonRpc.TestDaemon.Stress.Shapes;

/// <summary>A call that passes more than values, and what its caller must see of it, however it ends.</summary>
[SuppressMessage("Security", "CA5394:Do not use insecure randomness", Justification = "A seed repeats it.")]
internal abstract class Shape(Random random)
{
    private static readonly Dictionary<string, Func<Random, StressCall, Shape>> s_all = new()
    {
        ["sum"] = static (random, call) => new SumShape(random, call),
        ["report"] = static (random, call) => new ReportShape(random, call),
        ["ask"] = static (random, call) => new AskShape(random, call),
        ["copy"] = static (random, call) => new CopyShape(random, call),
        ["pieces"] = static (random, call) => new PiecesShape(random, call),
        ["pipe"] = static (random, call) => new PipeShape(random, call),
        ["fail"] = static (random, call) => new FailShape(random, call),
    };

    private string? _complaint;

    public static IReadOnlyList<string> Kinds { get; } = [.. s_all.Keys];

    /// <summary>What one of the caller's objects throws.</summary>
    public OwnFailureException Failure { get; } = new();

    protected Random Random => random;

    public static Shape Of(string kind, Random random, StressCall call) => s_all[kind](random, call);

    /// <summary>Makes the call, and returns what its client was told: <c>result</c>, <c>left</c> or <c>fault</c>.</summary>
    public abstract Task<string> CallAsync(TestServiceClient client, CancellationToken own);

    /// <summary>The call has ended: looks at what its caller's objects saw. Returns what is wrong, or null.</summary>
    /// <param name="isWhole">Whether the call returned.</param>
    public async Task<string?> EndAsync(bool isWhole)
    {
        try
        {
            await CheckAsync(isWhole);
        }
        catch (TimeoutException)
        {
            Complain("The caller's objects are in use for ever.");
        }

        return _complaint;
    }

    /// <inheritdoc cref="EndAsync"/>
    protected abstract Task CheckAsync(bool isWhole);

    /// <summary>Notes what is wrong. The first counts.</summary>
    protected void Complain(string complaint) => _ = Interlocked.CompareExchange(ref _complaint, complaint, null);

    protected void Check(bool isRight, string complaint)
    {
        if (!isRight)
        {
            Complain(complaint);
        }
    }

    /// <summary>A number below the second, or no place at all: for where to fail, which is seldom.</summary>
    protected int? Seldom(int below) => random.Next(6) == 0 ? random.Next(below) : null;

    protected byte[] Bytes(int below)
    {
        byte[] bytes = new byte[random.Next(below)];
        random.NextBytes(bytes);
        return bytes;
    }
}
