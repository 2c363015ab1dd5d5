using DaemonRpc.Framing;
using DaemonRpc.Session;
using DaemonRpc.Tasks;

namespace DaemonRpc.Calls;

/// <summary>Sends the items of a stream that the caller passed, as fast as the daemon's handler takes them.</summary>
internal sealed class StreamAnswer<T> : OpenAnswer
{
    private readonly ItemCredit _credit;
    private readonly ItemPump<T> _pump;

    public StreamAnswer(IAsyncEnumerable<T> items, ClientSession session, uint callId, string method, uint ask, uint credit)
        : base(ask)
    {
        _credit = new ItemCredit(credit);
        _pump = new ItemPump<T>(items, new ItemBatch(session, callId, _credit, method, session.Welcome.MaxFrameBytes, new ItemFlusher(), ask));
    }

    public override void AddCredit(int bytes) => _credit.Add(bytes);

    public override Task EndAsync() => _pump.EndAsync();

    protected override Task AnswerAsync(FrameBuffer answer) => _pump.RunAsync(beginsCanceled: false, Token);
}
