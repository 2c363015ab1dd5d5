using System.Text;
using Microsoft.Win32.SafeHandles;

namespace DaemonRpc.TestDaemon.Stress.Shapes;

/// <summary>Files and other streams, one of which is copied to the other, and the handle of a file.</summary>
internal sealed class CopyShape : Shape
{
    private const int MostBytes = 300_000;

    private readonly StressCall _call;
    private readonly GivenSource? _source;
    private readonly GivenDestination? _destination;
    private readonly string _note;
    private readonly SafeFileHandle? _handle;
    private readonly int _piece;

    public CopyShape(Random random, StressCall call)
        : base(random)
    {
        _call = call;
        string path = Path.Combine(Directory.CreateDirectory(Path.Combine(call.Folder, "passed")).FullName, call.Name);
        byte[] bytes = Bytes(MostBytes);
        _source = random.Next(8) == 0 ? null : new GivenSource(random, bytes, path + ".source", Seldom(bytes.Length + 1), Failure, Complain);
        _destination = random.Next(8) == 0 ? null : new GivenDestination(random, path + ".destination", Seldom(bytes.Length + 1), Failure, Complain);
        _note = path + ".note";
        _handle = random.Next(2) == 0 ? null : File.OpenHandle(_note, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        _piece = random.Next(1, 100) == 1 ? 1000 : random.Next(2000, 100_000);
    }

    private byte[] Expected => _source?.Bytes ?? [];

    public override async Task<string> CallAsync(TestServiceClient client, CancellationToken own)
    {
        ulong hash = await client.StressCopyAsync(_call, _source?.Stream, _destination?.Stream, _handle, _piece, own);
        Check(_source is not { Fails: true }, "The call returned although the source failed.");
        Check(hash == StressHash.Add(StressHash.Empty, Expected), "The handler has read other bytes than the source had.");
        return $"result {Expected.Length}";
    }

    protected override async Task CheckAsync(bool isWhole)
    {
        if (_source is not null)
        {
            await _source.OverAsync(isWhole);
        }

        if (_destination is not null)
        {
            await _destination.OverAsync(Expected, isWhole);
        }

        if (_handle is not null)
        {
            _handle.Dispose();
            string note = await File.ReadAllTextAsync(_note, Encoding.UTF8);
            Check(note == _call.Name || (note.Length == 0 && !isWhole), $"The file says '{note}'.");
            File.Delete(_note);
        }
    }
}
