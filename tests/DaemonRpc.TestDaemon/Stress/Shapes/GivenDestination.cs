namespace DaemonRpc.TestDaemon.Stress.Shapes;

/// <summary>What a handler writes to: a file from where its position is, a stream in memory, or one that can only be written.</summary>
internal sealed class GivenDestination
{
    private const int MostBefore = 5000;
    private const int Buffer = 4096;

    private readonly Action<string> _complain;
    private readonly int _before;

    public GivenDestination(Random random, string path, int? failsAt, Exception failure, Action<string> complain)
    {
        _complain = complain;
        switch (random.Next(4))
        {
            case 0:
                Stream = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, random.Next(2) * Buffer);
                break;
            case 1:
                Stream = new MemoryStream();
                break;
            default:
                Stream = new GivenStream(null, new Random(random.Next()), failsAt, failure, complain);
                return;
        }

        _before = random.Next(MostBefore);
        Stream.Write(new byte[_before]);
    }

    public Stream Stream { get; }

    public bool Fails => Stream is GivenStream { Fails: true };

    /// <summary>The call has ended.</summary>
    /// <param name="expected">What the handler writes to its end.</param>
    /// <param name="isWhole">Whether the call returned.</param>
    public async Task OverAsync(byte[] expected, bool isWhole)
    {
        if (Stream is GivenStream given)
        {
            await given.OverAsync();
            Compare(given.Written, expected, isWhole);
            return;
        }

        if (isWhole && Stream.Position != _before + expected.Length)
        {
            _complain($"The position of a destination ({Stream.GetType().Name}) is {Stream.Position} instead of {_before + expected.Length}.");
        }

        await Stream.FlushAsync(CancellationToken.None);
        byte[] all;
        if (Stream is FileStream file)
        {
            all = await File.ReadAllBytesAsync(file.Name, CancellationToken.None);
            File.Delete(file.Name);
        }
        else
        {
            all = ((MemoryStream)Stream).ToArray();
        }

        await Stream.DisposeAsync();
        Compare(all[Math.Min(_before, all.Length)..], expected, isWhole);
    }

    private void Compare(byte[] written, byte[] expected, bool isWhole)
    {
        if (isWhole ? !written.AsSpan().SequenceEqual(expected) : !expected.AsSpan().StartsWith(written))
        {
            _complain($"To a destination ({Stream.GetType().Name}) {written.Length} bytes were written, other ones than the {expected.Length} that it should have.");
        }
    }
}
