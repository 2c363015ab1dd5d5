using System.Buffers.Binary;
using DaemonRpc.Calls;
using DaemonRpc.Framing;
using DaemonRpc.Session;
using DaemonRpc.Tasks;
using DaemonRpc.Telemetry;

namespace DaemonRpc.CodeGen;

/// <summary>A callback that the caller passed.</summary>
/// <param name="position">The argument's position in the call.</param>
/// <param name="dispatcher">Calls the caller's object.</param>
/// <param name="callback">The callback's interface.</param>
internal sealed class AskedCallback(ushort position, Dispatcher dispatcher, Type callback) : AskedArgument(position)
{
    public override bool IsCallback => true;

    public override OpenAnswer Begin(ClientSession session, uint callId, string method, in AskedThing asked)
    {
        ReadOnlySpan<byte> rest = asked.Rest;
        ushort count = rest.Length >= sizeof(ushort)
            ? BinaryPrimitives.ReadUInt16LittleEndian(rest)
            : throw new DaemonProtocolException("A call of a callback ends within its number of arguments.");
        return new CallbackAnswer(dispatcher, callback, asked.Ask.CreditOrMethod, rest[sizeof(ushort)..].ToArray(), count, asked.Attachment, asked.Ask.Number, session.Welcome.MaxFrameBytes);
    }

    /// <summary>Answers with what the caller's object returns.</summary>
    private sealed class CallbackAnswer(Dispatcher dispatcher, Type callback, uint method, byte[] arguments, int count, byte[]? attachment, uint ask, int maxFrameBytes) : OpenAnswer(ask)
    {
        public override void AddCredit(int bytes) => throw new DaemonProtocolException("The daemon demands items of a callback.");

        // A prompt waits for people, who may never answer.
        public override Task EndAsync() => Task.CompletedTask;

        protected override async Task AnswerAsync(FrameBuffer answer)
        {
            Token.ThrowIfCancellationRequested();
            string name = dispatcher.NameOf(method) ?? throw new DaemonProtocolException($"The callback has no method {method:x8}.");
            var reply = new CallbackReply(answer, name, maxFrameBytes, Token);
            var reader = new ArgumentReader(reply);
            reader.Begin(arguments, count, attachment);
            CallWatch? watch = CallWatch.IsSpanWanted ? CallWatch.BeginCallback(callback.FullName!.Replace('+', '.'), name) : null;
            try
            {
                await dispatcher.DispatchAsync(method, reader, new ReplyWriter(reply)).ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                watch?.EndCallback(exception);
                throw;
            }

            watch?.EndCallback(null);
        }
    }

    private sealed class CallbackReply(FrameBuffer answer, string method, int maxFrameBytes, CancellationToken token) : Reply
    {
        private readonly int _start = answer.PayloadLength;

        public override CancellationToken Token => token;

        public override System.Buffers.IBufferWriter<byte> BeginResult()
        {
            answer.Truncate(_start);
            return answer;
        }

        public override void EndResult()
        {
            if (answer.WholeLength > maxFrameBytes)
            {
                throw TaskReply.TooLarge("result", method, answer.WholeLength, maxFrameBytes);
            }
        }
    }
}
