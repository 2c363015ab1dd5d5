using System.Buffers;
using System.IO.Pipelines;

namespace DaemonRpc.TestDaemon.Stress.Shapes;

/// <summary>A conversation over a pipe, or over one that is read and one that is written.</summary>
internal sealed class PipeShape : Shape
{
    private const int MostTurns = 40;
    private const int MostBytes = 10_000;

    private readonly StressCall _call;
    private readonly Pipe _there = new();
    private readonly Pipe _back = new();
    private readonly bool _isOne;
    private readonly byte[][] _turns;
    private Task? _talk;

    public PipeShape(Random random, StressCall call)
        : base(random)
    {
        _call = call;
        _isOne = random.Next(2) == 0;
        _turns = [.. Enumerable.Range(0, random.Next(MostTurns)).Select(_ => (byte[])[.. Bytes(MostBytes), 1])];
    }

    public override async Task<string> CallAsync(TestServiceClient client, CancellationToken own)
    {
        _talk = TalkAsync();
        long echoed = await (_isOne
            ? client.StressPipeAsync(_call, new Both(_there.Reader, _back.Writer), null, null, own)
            : client.StressPipeAsync(_call, null, _there.Reader, _back.Writer, own));
        Check(echoed == _turns.Sum(static turn => turn.Length), $"The handler has echoed {echoed} bytes of {_turns.Sum(static turn => turn.Length)}.");
        return $"result {echoed}";
    }

    protected override async Task CheckAsync(bool isWhole)
    {
        // The ends that were passed are nobody's any more.
        await _back.Writer.CompleteAsync();
        await _there.Reader.CompleteAsync();
        await (_talk ?? Task.CompletedTask).WaitAsync(Told.Limit);
        Check(!isWhole || _talk is { IsCompletedSuccessfully: true }, "The call returned before the conversation had ended.");
    }

    private async Task TalkAsync()
    {
        foreach (byte[] turn in _turns)
        {
            FlushResult flush = await _there.Writer.WriteAsync(turn);
            ReadResult answer = await _back.Reader.ReadAtLeastAsync(turn.Length);
            if (flush.IsCompleted || answer.Buffer.Length < turn.Length)
            {
                // The call has ended.
                return;
            }

            byte[] inverted = new byte[turn.Length];
            StressHash.Invert(turn, inverted);
            Check(answer.Buffer.ToArray().AsSpan().SequenceEqual(inverted), "The answer has other bytes than the question.");
            _back.Reader.AdvanceTo(answer.Buffer.End);
        }

        await _there.Writer.CompleteAsync();
    }

    private sealed record Both(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
