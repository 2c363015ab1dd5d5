using DaemonRpc.Platform;

namespace DaemonRpc.Runtime.Tests.Platform;

public sealed class UnixSocketTests : IDisposable
{
    private const int ConnectionRefused = 111;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_held_number_is_not_used_anew()
    {
        UnixSocket one = SocketPair.Create(out int other);
        using var end = new UnixSocket(other);
        int number = one.Descriptor;
        using (UnixSocket.Held held = one.Hold())
        {
            one.Dispose();
            using UnixSocket next = UnixSocket.TryOpen()!;
            Assert.NotEqual(number, next.Descriptor);
            Assert.NotNull(FileIdentity.OfDescriptor(number));
        }

        Assert.Throws<ObjectDisposedException>(() => one.Hold().Dispose());
    }

    [Fact]
    public async Task Shutting_down_ends_a_call_that_waits()
    {
        UnixSocket one = SocketPair.Create(out int other);
        using var end = new UnixSocket(other);
        using var channel = new DaemonRpc.Transport.SocketChannel(one);
        Task<int> received = Task.Factory.StartNew(() => channel.Receive(new byte[1]), TaskCreationOptions.LongRunning);
        channel.Shutdown();
        Assert.Equal(0, await received.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task Closing_ends_a_call_that_waits()
    {
        UnixSocket one = SocketPair.Create(out int other);
        using var end = new UnixSocket(other);
        var channel = new DaemonRpc.Transport.SocketChannel(one);
        using var begun = new ManualResetEventSlim();
        Task<int> received = Task.Factory.StartNew(
            () =>
            {
                using UnixSocket.Held held = one.Hold();
                begun.Set();
                return channel.Receive(new byte[1]);
            },
            TaskCreationOptions.LongRunning);
        begun.Wait();
        channel.Dispose();

        // Either it waited, or it found the socket closed.
        Exception? failure = await Record.ExceptionAsync(() => received.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.True(failure is null or ObjectDisposedException, failure?.ToString());
    }

    [Fact]
    public void What_nobody_listens_at_refuses()
    {
        string path = Path.Combine(_folder.Path, "socket");
        using UnixSocket client = UnixSocket.TryOpen()!;
        Assert.Equal(Constants.NoSuchFile, client.Connect(path));
        using UnixSocket server = UnixSocket.TryOpen()!;
        Assert.Equal(0, server.Bind(path));
        if (OperatingSystem.IsLinux())
        {
            Assert.Equal(ConnectionRefused, client.Connect(path));
        }

        server.Listen(1);
        server.Blocking = false;
        Assert.Null(server.TryAccept());
        Assert.Equal(Constants.WouldBlock, SystemError.Last);
        Assert.Equal(0, client.Connect(path));
        using UnixSocket accepted = server.TryAccept()!;
        Assert.Equal(Environment.ProcessId, PeerCredentials.Of(accepted).ProcessId);
    }

    [Fact]
    public void A_path_may_have_letters_of_more_than_one_byte()
    {
        string path = Path.Combine(_folder.Path, "Bücher-дом");
        using UnixSocket server = UnixSocket.TryOpen()!;
        Assert.Equal(0, server.Bind(path));
        Assert.True(File.Exists(path));
    }

    [Fact]
    public void What_is_opened_or_accepted_is_not_inherited()
    {
        string path = Path.Combine(_folder.Path, "socket");
        using UnixSocket server = UnixSocket.TryOpen()!;
        Assert.Equal(0, server.Bind(path));
        server.Listen(1);
        using UnixSocket client = UnixSocket.TryOpen()!;
        Assert.Equal(0, client.Connect(path));
        using UnixSocket accepted = server.TryAccept()!;
        Assert.All([server, client, accepted], socket => Assert.Equal(Constants.CloseOnExec, LibC.FileControl(socket.Descriptor, 1 /* F_GETFD */, 0)));
    }

    [Fact]
    public void A_receive_that_has_a_limit_gives_up()
    {
        UnixSocket one = SocketPair.Create(out int other);
        using var end = new UnixSocket(other);
        using var channel = new DaemonRpc.Transport.SocketChannel(one) { SilenceTimeout = TimeSpan.FromMilliseconds(1) };
        Assert.Equal(-1, channel.Receive(new byte[1]));
    }

    [Fact]
    public void Two_pieces_are_sent_in_order_as_far_as_there_is_room()
    {
        UnixSocket one = SocketPair.Create(out int other);
        using var reader = new DaemonRpc.Transport.SocketChannel(new UnixSocket(other));
        using var channel = new DaemonRpc.Transport.SocketChannel(one);
        byte[] first = [.. Enumerable.Range(0, 300).Select(number => (byte)number)];
        byte[] second = [.. Enumerable.Range(0, 4_000_000).Select(number => (byte)(number * 7))];

        Assert.Equal(300, channel.TrySend(first, []));
        Assert.Equal(305, channel.TrySend(first, second.AsSpan(0, 5)));
        int sent = channel.TrySend(first, second);
        Assert.InRange(sent, 301, 4_000_299);
        Assert.Equal(0, channel.TrySend(first, second));
        Assert.False(channel.WaitForRoom(TimeSpan.Zero));

        byte[] expected = [.. first, .. first, .. second[..5], .. first, .. second];
        byte[] received = new byte[300 + 305 + sent];
        for (int count = 0; count < received.Length;)
        {
            count += reader.Receive(received.AsSpan(count));
        }

        Assert.Equal(expected[..received.Length], received);
        Assert.True(channel.WaitForRoom(TimeSpan.Zero));
    }
}
