namespace DaemonRpc.TestDaemon.Stress.Shapes;

/// <summary>What a handler reads: a file from where its position is, a stream in memory, or one that gives little at a time.</summary>
internal sealed class GivenSource
{
    private const int MostBefore = 5000;
    private const int Buffer = 4096;

    private readonly Action<string> _complain;

    public GivenSource(Random random, byte[] bytes, string path, int? failsAt, Exception failure, Action<string> complain)
    {
        _complain = complain;
        Bytes = bytes;
        switch (random.Next(4))
        {
            case 0:
                Stream = MakeFile(random, path);
                break;
            case 1:
                byte[] all = new byte[bytes.Length + random.Next(MostBefore)];
                bytes.CopyTo(all, all.Length - bytes.Length);
                Stream = new MemoryStream(all, writable: random.Next(2) == 0) { Position = all.Length - bytes.Length };
                break;
            default:
                Stream = new GivenStream(bytes, new Random(random.Next()), failsAt, failure, complain);
                break;
        }
    }

    public Stream Stream { get; }

    /// <summary>What the handler reads of it, to its end.</summary>
    public byte[] Bytes { get; }

    public bool Fails => Stream is GivenStream { Fails: true };

    /// <summary>The call has ended.</summary>
    /// <param name="isWhole">Whether it returned, and the handler had read to the end.</param>
    public async Task OverAsync(bool isWhole)
    {
        if (Stream is GivenStream given)
        {
            await given.OverAsync();
            return;
        }

        if (isWhole && Stream.Position != Stream.Length)
        {
            _complain($"The position of a source ({Stream.GetType().Name}) is {Stream.Position} of {Stream.Length}.");
        }

        await Stream.DisposeAsync();
        if (Stream is FileStream file)
        {
            File.Delete(file.Name);
        }
    }

    private FileStream MakeFile(Random random, string path)
    {
        int before = random.Next(1, MostBefore);
        var file = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, random.Next(2) * Buffer);
        file.Write(new byte[before]);
        file.Write(Bytes);
        file.Position = before - 1;
        // It has a buffer from now on, in which there is more than was asked for.
        _ = file.ReadByte();
        return file;
    }
}
