using System.Buffers.Binary;

namespace DaemonRpc.Process.Tests.Calling;

/// <summary>Large arrays of bytes go another way than other values, past the serialiser.</summary>
public sealed class LargeValueTests : SandboxTests
{
    private const int Kilobyte = 1024;
    private const int Megabyte = 1024 * 1024;

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData((32 * Kilobyte) - 1)]
    [InlineData(32 * Kilobyte)]
    [InlineData((32 * Kilobyte) + 1)]
    [InlineData(64 * Kilobyte)]
    [InlineData(100_000)]
    [InlineData(Megabyte)]
    [InlineData(Megabyte + 1)]
    [InlineData((8 * Megabyte) + 1)]
    [InlineData(64 * Megabyte)]
    public async Task Array_comes_as_it_was_sent_there_and_back(int length)
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        byte[]? bytes = length < 0 ? null : Bytes(length);

        for (int call = 0; call < 2; call++)
        {
            byte[]? back = await client.MirrorAsync(bytes, "between", bytes?.Reverse().ToArray()).InTime();

            Assert.True(bytes is null ? back is null : bytes.AsSpan().SequenceEqual(back));
        }
    }

    [Theory]
    [InlineData(1, 1000)]
    [InlineData((32 * Kilobyte) - 1, 100)]
    [InlineData(32 * Kilobyte, 100)]
    [InlineData(64 * Kilobyte, 200)]
    [InlineData((2 * Megabyte) + 1, 10)]
    public async Task Items_are_what_they_were_when_they_were_yielded(int length, int count)
    {
        TestServiceClient client = await Sandbox.ConnectAsync();

        int number = 0;
        await foreach (byte[] piece in client.PiecesAsync(length, count))
        {
            Assert.Equal(length, piece.Length);
            Assert.Equal(-1, piece.AsSpan().IndexOfAnyExcept((byte)number));
            number++;
            if (number % 32 == 0)
            {
                // Meanwhile the daemon runs into what the window and the socket hold.
                _ = await client.Daemon.GetStatusAsync().InTime();
            }
        }

        Assert.Equal(count, number);
    }

    [Fact]
    public async Task Consumer_that_blocks_its_thread_among_large_items_holds_up_no_other_call()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();

        int number = 0;
        await Task.Run(ConsumeAsync);
        Assert.Equal(400, number);

        // Without a synchronisation context, whose thread would not read itself.
        async Task ConsumeAsync()
        {
            await foreach (byte[] piece in client.PiecesAsync(64 * Kilobyte, 400))
            {
                await LookAsync();
            }
        }

        async Task LookAsync()
        {
            // Not near the end, to which the daemon may have come before the consumer.
            if (++number % 40 == 0 && number <= 320)
            {
                // By the connection of the stream, whose items this thread may be reading.
                using var refused = new ManualResetEventSlim();
                Task calling = CallAsync(refused);
                Assert.True(refused.Wait(Limits.Generous));
                await calling;
            }
        }

        async Task CallAsync(ManualResetEventSlim refused)
        {
            _ = await Assert.ThrowsAsync<DaemonBusyException>(() => client.AddAsync(1, 2));
            refused.Set();
        }
    }

    [Fact]
    public async Task Stream_of_large_items_can_be_left()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();

        await foreach (byte[] piece in client.PiecesAsync(Megabyte, int.MaxValue))
        {
            Assert.Equal(Megabyte, piece.Length);
            break;
        }

        Assert.Equal(3, await client.AddAsync(1, 2).InTime());
    }

    [Fact]
    public async Task Stream_of_large_items_ends_with_its_daemon()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        using WatchedProcess process = WatchedProcess.Of(client.Daemon.ProcessId);

        _ = await Assert.ThrowsAsync<DaemonDisconnectedException>(async () =>
        {
            await foreach (byte[] piece in client.PiecesAsync(Megabyte, int.MaxValue))
            {
                await process.KillAsync();
            }
        });
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100_000)]
    [InlineData(3 * Megabyte)]
    public async Task Client_that_leaves_in_the_middle_of_an_argument_harms_nobody(int sent)
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        using (RawConnection connection = await RawConnection.IntroducedAsync(Sandbox.SocketPath))
        {
            await connection.SendAsync([.. Announcement(200_000_000), .. new byte[sent]]);
        }

        Assert.Equal(3, await client.AddAsync(1, 2).InTime());
    }

    [Fact]
    public async Task Argument_that_is_longer_than_its_frame_is_a_violation()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        using RawConnection connection = await RawConnection.IntroducedAsync(Sandbox.SocketPath);

        await connection.SendAsync([.. RawConnection.Header(RawConnection.Request | 0x80, 1, 100), .. BitConverter.GetBytes(97u), .. new byte[96]]);

        Assert.Equal(RawConnection.Goodbye, (await connection.ReceiveAsync()).Kind);
        Assert.Equal(3, await client.AddAsync(1, 2).InTime());
    }

    private static byte[] Announcement(int attachment)
    {
        byte[] length = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(length, (uint)attachment);
        return [.. RawConnection.Header(RawConnection.Request | 0x80, 1, (uint)(attachment + sizeof(uint) + 30)), .. length, .. new byte[30]];
    }

    private static byte[] Bytes(int length)
    {
        byte[] bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }
}
