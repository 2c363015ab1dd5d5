namespace DaemonRpc.TestDaemon.Stress.Shapes;

/// <summary>A stream of results that reads one stream of the caller's and writes another, which may be left early.</summary>
internal sealed class PiecesShape : Shape
{
    private const int MostBytes = 300_000;

    private readonly StressCall _call;
    private readonly GivenSource _source;
    private readonly GivenDestination? _destination;
    private readonly int _wanted;
    private readonly int _piece;

    public PiecesShape(Random random, StressCall call)
        : base(random)
    {
        _call = call;
        string path = Path.Combine(Directory.CreateDirectory(Path.Combine(call.Folder, "passed")).FullName, call.Name);
        byte[] bytes = Bytes(MostBytes);
        _source = new GivenSource(random, bytes, path + ".source", Seldom(bytes.Length + 1), Failure, Complain);
        _destination = random.Next(2) == 0 ? null : new GivenDestination(random, path + ".destination", Seldom(bytes.Length + 1), Failure, Complain);
        _wanted = random.Next(3) == 0 ? random.Next(bytes.Length + 1) : int.MaxValue;
        _piece = random.Next(2000, 100_000);
    }

    public override async Task<string> CallAsync(TestServiceClient client, CancellationToken own)
    {
        int read = 0;
        await foreach (byte[] piece in client.StressPiecesAsync(_call, _source.Stream, _destination?.Stream, _piece, own))
        {
            Check(_source.Bytes.AsSpan(read).StartsWith(piece), $"The piece at {read} has other bytes than the source.");
            read += piece.Length;
            if (read >= _wanted)
            {
                return $"left {read}";
            }
        }

        Check(!_source.Fails, "The stream ended although the source failed.");
        Check(read == _source.Bytes.Length, $"{read} bytes came of {_source.Bytes.Length}.");
        return $"result {read}";
    }

    protected override async Task CheckAsync(bool isWhole)
    {
        await _source.OverAsync(isWhole);
        if (_destination is not null)
        {
            await _destination.OverAsync(_source.Bytes, isWhole);
        }
    }
}
