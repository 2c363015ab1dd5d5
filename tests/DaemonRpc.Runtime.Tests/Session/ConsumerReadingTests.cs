using System.Buffers.Binary;
using System.Collections.Concurrent;
using DaemonRpc.Framing;
using DaemonRpc.Protocol;
using DaemonRpc.Session;
using DaemonRpc.Transport;

namespace DaemonRpc.Runtime.Tests.Session;

/// <summary>A consumer that reads its stream's items from the connection itself, beside others who use it.</summary>
public sealed class ConsumerReadingTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task It_reads_itself_what_follows_an_item_it_has_waited_for(bool isSocket)
    {
        await using Connection connection = await Connection.OpenAsync(isSocket);

        await connection.SayItemsUntilTheConsumerReadsAsync();
        connection.Daemon.Say(FrameKind.Result, connection.Stream.Id);

        await connection.Consuming.Soon();
        Assert.Equal(1, connection.Stream.Ends);
        Assert.Equal(Enumerable.Range(0, connection.Said), connection.Stream.Numbers);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Others_are_told_although_it_does_something_else(bool isSocket)
    {
        await using Connection connection = await Connection.OpenAsync(isSocket);
        connection.Stream.Pause.Reset();
        RecordedCall other = connection.Start(new RecordedCall());

        // It stops right after it has read.
        await connection.SayItemsUntilTheConsumerReadsAsync();
        connection.Daemon.Say(FrameKind.Result, other.Id);

        Assert.Equal(FrameKind.Result, await other.Answer.Soon());
        Assert.False(connection.Consuming.IsCompleted);
        connection.Stream.Pause.Set();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Whoever_reads_a_violation_the_session_ends_with_it(bool isSocket)
    {
        for (int round = 0; round < 30; round++)
        {
            await using Connection connection = await Connection.OpenAsync(isSocket);
            RecordedCall other = connection.Start(new RecordedCall());
            await connection.SayItemsUntilTheConsumerReadsAsync();

            connection.SayItems(round % 3);
            connection.Daemon.Say(FrameKind.Request, 1);

            _ = Assert.IsType<DaemonProtocolException>((await connection.Session.Ended.Soon()).Failure);
            await connection.Consuming.Soon();
            Assert.Equal(1, other.Ends);
            Assert.Equal(1, connection.Stream.Ends);
        }
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(false, true)]
    public async Task Whoever_meets_the_end_every_call_is_told_once(bool isSocket, bool isInsideAFrame)
    {
        for (int round = 0; round < 30; round++)
        {
            await using Connection connection = await Connection.OpenAsync(isSocket);
            RecordedCall other = connection.Start(new RecordedCall());
            await connection.SayItemsUntilTheConsumerReadsAsync();

            connection.SayItems(round % 3);
            if (isInsideAFrame)
            {
                connection.Daemon.SayBytes(Framing.FrameReaderTests.Frame(FrameKind.Item, connection.Stream.Id, [1, 2, 3, 4])[..^1]);
            }

            connection.Daemon.Leave();

            SessionEnd end = await other.Closed.Soon();
            Assert.Equal(isInsideAFrame, end.Failure is EndOfStreamException);
            await connection.Consuming.Soon();
            Assert.Equal((1, 1), (other.Ends, connection.Stream.Ends));
            Assert.Equal(Enumerable.Range(0, connection.Said), connection.Stream.Numbers);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Session_that_is_disposed_while_it_reads_ends(bool isSocket)
    {
        for (int round = 0; round < 30; round++)
        {
            await using Connection connection = await Connection.OpenAsync(isSocket);
            await connection.SayItemsUntilTheConsumerReadsAsync();

            connection.Session.Dispose();

            await connection.Consuming.Soon();
            Assert.Equal(1, connection.Stream.Ends);
        }
    }

    /// <summary>A session with a scripted daemon and one stream, which a thread consumes as generated code does.</summary>
    private sealed class Connection : IAsyncDisposable
    {
        public required ScriptedPeer Daemon { get; init; }

        public required ClientSession Session { get; init; }

        public NumberStream Stream { get; } = new();

        public Task Consuming { get; private set; } = Task.CompletedTask;

        public int Said { get; private set; }

        public static async Task<Connection> OpenAsync(bool isSocket)
        {
            (IByteChannel client, IByteChannel other) = isSocket ? SocketChannels.Create() : InMemoryPair.Create();
            var daemon = new ScriptedPeer(other);
            daemon.Say(FrameKind.Welcome, 0, new Welcome { MaxFrameBytes = 1_000_000 }.Write);
            ClientSession session = (await Patience.InThread(() => ClientSession.Open(client, TestServer.Hello, Patience.Limit, out _)))!;
            session.StartReading();
            var connection = new Connection { Daemon = daemon, Session = session };
            _ = connection.Start(connection.Stream);
            connection.Consuming = Patience.InThread(() => connection.Stream.Consume(session));
            return connection;
        }

        public T Start<T>(T call)
            where T : PendingCall
        {
            Assert.True(Session.TryStart(call, FrameKind.Request, FrameBuffer.Rent()));
            return call;
        }

        /// <summary>In one piece, so that one is there when the one before it has been read.</summary>
        public void SayItems(int count) => Daemon.SayBytes([.. Enumerable.Range(Said, count).SelectMany(number =>
        {
            byte[] bytes = new byte[sizeof(int)];
            BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
            Said++;
            return Framing.FrameReaderTests.Frame(FrameKind.Item, Stream.Id, bytes);
        })]);

        public Task SayItemsUntilTheConsumerReadsAsync() => Patience.InThread(() => Patience.Until(() =>
        {
            if (!Stream.HasRead)
            {
                SayItems(4);
            }

            return Stream.HasRead;
        }));

        public async ValueTask DisposeAsync()
        {
            Session.Dispose();
            _ = await Session.Ended.Soon();
            Stream.Pause.Set();
            await Consuming.Soon();
            Daemon.Dispose();
            Stream.Dispose();
        }
    }

    /// <summary>A stream of numbers, and its consumer.</summary>
    private sealed class NumberStream : PendingCall, IDisposable
    {
        private readonly ConcurrentQueue<int> _numbers = new();
        private readonly SemaphoreSlim _told = new(0);
        private int _ends;
        private volatile bool _hasRead;

        public IEnumerable<int> Numbers => _numbers;

        public int Ends => Volatile.Read(ref _ends);

        /// <summary>Whether the consumer has read for itself.</summary>
        public bool HasRead => _hasRead;

        /// <summary>Not set, the consumer stops when it has read for itself.</summary>
        public ManualResetEventSlim Pause { get; } = new(true);

        public void Consume(ClientSession session)
        {
            while (Ends == 0)
            {
                session.AskToRead(this);
                _told.Wait();
                while (session.TryReadFor(this))
                {
                    _hasRead = true;
                    Pause.Wait();
                }
            }

            session.EndReading(this);
        }

        public void Dispose()
        {
            _told.Dispose();
            Pause.Dispose();
        }

        public override void OnPart(FrameKind kind, ReadOnlySpan<byte> payload)
        {
            _numbers.Enqueue(BinaryPrimitives.ReadInt32LittleEndian(payload));
            _ = _told.Release();
        }

        public override void OnEnd(FrameKind kind, ReadOnlySpan<byte> payload) => End();

        public override void OnClosed(SessionEnd end) => End();

        private void End()
        {
            _ = Interlocked.Increment(ref _ends);
            _ = _told.Release();
        }
    }
}
