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

        // It stops right after it has read.
        await connection.SayItemsUntilTheConsumerReadsAsync();
        RecordedCall other = connection.Start(new RecordedCall());
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
            await connection.SayItemsUntilTheConsumerReadsAsync();
            RecordedCall other = connection.Start(new RecordedCall());

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
            await connection.SayItemsUntilTheConsumerReadsAsync();
            RecordedCall other = connection.Start(new RecordedCall());

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

    [Theory]
    [InlineData(100, 2)]
    [InlineData(5000, 40)]
    [InlineData(60_000, 10)]
    public async Task Arrays_that_come_in_pieces_are_whole_whoever_reads_which(int pieceSize, int count)
    {
        await using Connection connection = await Connection.OpenAsync(isSocket: true, attachmentSize: 70_000);
        var random = new Random(pieceSize);

        await Patience.InThread(() => Patience.Until(() =>
        {
            byte[] bytes = connection.Items(count);
            for (int start = 0, size; start < bytes.Length; start += size)
            {
                size = Math.Min(random.Next(1, 2 * pieceSize), bytes.Length - start);
                connection.Daemon.SayBytes(bytes[start..(start + size)]);
            }

            return connection.Stream.HasRead;
        }));
        connection.Daemon.Say(FrameKind.Result, connection.Stream.Id);

        await connection.Consuming.Soon();
        Assert.Equal(Enumerable.Range(0, connection.Said), connection.Stream.Numbers);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Two_of_one_connection_get_each_its_own(bool isSocket)
    {
        await using Connection connection = await Connection.OpenAsync(isSocket);
        await connection.SayItemsUntilTheConsumerReadsAsync();
        NumberStream second = connection.Start(new NumberStream());
        Task consuming = Patience.InThread(() => second.Consume(connection.Session));

        await Patience.InThread(() =>
        {
            for (int time = 0; time < 100; time++)
            {
                byte[] bytes = [.. connection.Items(3), .. connection.Items(1, second), .. connection.Items(2), .. connection.Items(4, second)];
                connection.Daemon.SayBytes(bytes);
            }
        });
        connection.Daemon.Say(FrameKind.Result, second.Id);
        connection.Daemon.Say(FrameKind.Result, connection.Stream.Id);

        await connection.Consuming.Soon();
        await consuming.Soon();
        Assert.Equal(Enumerable.Range(0, connection.Said), connection.Stream.Numbers.Concat(second.Numbers).Order());
        Assert.Equal(connection.Stream.Numbers.Order(), connection.Stream.Numbers);
        Assert.Equal(second.Numbers.Order(), second.Numbers);
        second.Dispose();
    }

    [Fact]
    public async Task Only_its_items_are_told_by_the_consumer()
    {
        for (int round = 0; round < 50; round++)
        {
            await using Connection connection = await Connection.OpenAsync(isSocket: true);
            await connection.SayItemsUntilTheConsumerReadsAsync();

            // The end right behind items that the consumer may read.
            connection.Daemon.SayBytes([.. connection.Items(4), .. Framing.FrameReaderTests.Frame(FrameKind.Result, connection.Stream.Id, [1])]);

            await connection.Consuming.Soon();
            Assert.Equal(1, connection.Stream.Ends);
            Assert.False(connection.Stream.HasToldItsEnd);
            Assert.Equal(Enumerable.Range(0, connection.Said), connection.Stream.Numbers);
        }
    }

    /// <summary>A session with a scripted daemon and one stream, which a thread consumes as generated code does.</summary>
    private sealed class Connection : IAsyncDisposable
    {
        public required ScriptedPeer Daemon { get; init; }

        public required ClientSession Session { get; init; }

        public NumberStream Stream { get; } = new();

        public Task Consuming { get; private set; } = Task.CompletedTask;

        /// <summary>How many items were said, all streams together.</summary>
        public int Said { get; private set; }

        public required int AttachmentSize { get; init; }

        public static async Task<Connection> OpenAsync(bool isSocket, int attachmentSize = 0)
        {
            (IByteChannel client, IByteChannel other) = isSocket ? SocketChannels.Create() : InMemoryPair.Create();
            var daemon = new ScriptedPeer(other);
            daemon.Say(FrameKind.Welcome, 0, new Welcome { MaxFrameBytes = 1_000_000 }.Write);
            ClientSession session = (await Patience.InThread(() => ClientSession.Open(client, TestServer.Hello, Patience.Limit, out _)))!;
            session.StartReading();
            var connection = new Connection { Daemon = daemon, Session = session, AttachmentSize = attachmentSize };
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
        public void SayItems(int count) => Daemon.SayBytes(Items(count));

        /// <summary>The next items, of the one stream unless it is said.</summary>
        public byte[] Items(int count, NumberStream? of = null) => [.. Enumerable.Range(0, count).SelectMany(index =>
        {
            byte[] attachment = new byte[AttachmentSize];
            attachment.AsSpan().Fill((byte)Said);
            FrameBuffer frame = FrameBuffer.Rent();
            BinaryPrimitives.WriteInt32LittleEndian(frame.GetSpan(sizeof(int)), Said++);
            frame.Advance(sizeof(int));
            _ = Attachment.TryWrite(frame, attachment);
            _ = frame.Finish(FrameKind.Item, (of ?? Stream).Id);
            byte[] bytes = [.. frame.Frame, .. frame.Attachment];
            frame.Return();
            return bytes;
        })];

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
        private readonly ConcurrentQueue<int> _untaken = new();
        private readonly ConcurrentQueue<int> _numbers = new();
        private readonly SemaphoreSlim _told = new(0);
        private int _ends;
        private volatile int _thread;
        private volatile bool _hasRead;

        public override bool HasParts => !_untaken.IsEmpty;

        public IEnumerable<int> Numbers => _numbers;

        public int Ends => Volatile.Read(ref _ends);

        /// <summary>Whether the consumer has read for itself.</summary>
        public bool HasRead => _hasRead;

        /// <summary>Not set, the consumer stops when it has read for itself.</summary>
        public ManualResetEventSlim Pause { get; } = new(true);

        /// <summary>Whether the consumer itself has told the stream that it is over.</summary>
        public bool HasToldItsEnd { get; private set; }

        public void Consume(ClientSession session)
        {
            _thread = Environment.CurrentManagedThreadId;
            bool isOver;
            do
            {
                isOver = Ends > 0;
                while (_untaken.TryDequeue(out int number))
                {
                    _numbers.Enqueue(number);
                }

                if (session.TryReadFor(this))
                {
                    if (_hasRead)
                    {
                        Pause.Wait();
                    }
                }
                else if (!isOver)
                {
                    _told.Wait();
                }
            }
            while (!isOver || HasParts);
            session.EndReading(this);
        }

        public void Dispose()
        {
            _told.Dispose();
            Pause.Dispose();
        }

        public override void OnPart(FrameKind kind, ReadOnlySpan<byte> payload)
        {
            int number = BinaryPrimitives.ReadInt32LittleEndian(payload);
            Assert.Equal(-1, TakeAttachment().AsSpan().IndexOfAnyExcept((byte)number));
            _hasRead |= Environment.CurrentManagedThreadId == _thread;
            _untaken.Enqueue(number);
            _ = _told.Release();
        }

        public override void OnEnd(FrameKind kind, ReadOnlySpan<byte> payload) => End();

        public override void OnClosed(SessionEnd end) => End();

        private void End()
        {
            HasToldItsEnd = Environment.CurrentManagedThreadId == _thread;
            _ = Interlocked.Increment(ref _ends);
            _ = _told.Release();
        }
    }
}
