using System.Net.Sockets;
using DaemonRpc.Transport;

namespace DaemonRpc.Runtime.Tests.Transport;

public sealed class UnixSocketDialerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Path => _folder["d.sock"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Missing_path_and_a_path_left_over_are_nobody()
    {
        Assert.Equal(DialResult.NobodyListens, Dial());
        File.WriteAllText(Path, "debris");

        Assert.Equal(DialResult.NobodyListens, Dial());
    }

    [Fact]
    public void Full_backlog_is_told_apart_from_nobody()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere a full backlog refuses, as nobody does.");
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(Path));
        listener.Listen(0);
        var waiting = new List<SocketChannel>();
        DialResult result;
        while ((result = UnixSocketDialer.TryDial(Path, TimeSpan.FromMilliseconds(20), out SocketChannel? channel)) == DialResult.Connected)
        {
            waiting.Add(channel!);
            Assert.True(waiting.Count < 10);
        }

        Assert.Equal(DialResult.Full, result);
        waiting.ForEach(channel => channel.Dispose());
    }

    [Fact]
    public async Task Connection_carries_bytes_both_ways_and_its_end()
    {
        using UnixSocketListener listener = UnixSocketListener.Publish(Path);
        Assert.Equal(DialResult.Connected, UnixSocketDialer.TryDial(Path, Patience.Limit, out SocketChannel? client));
        using SocketChannel daemon = (await Patience.InThread(listener.Accept))!;
        client!.Send("there"u8);
        Assert.Equal("there"u8.ToArray(), await ReceiveAsync(daemon));
        daemon.Send("and back"u8);
        Assert.Equal("and back"u8.ToArray(), await ReceiveAsync(client));
        client.Dispose();

        Assert.Empty(await ReceiveAsync(daemon));
    }

    [Fact]
    public async Task Shutdown_wakes_the_reader()
    {
        using UnixSocketListener listener = UnixSocketListener.Publish(Path);
        Assert.Equal(DialResult.Connected, UnixSocketDialer.TryDial(Path, Patience.Limit, out SocketChannel? client));
        Task<byte[]> reading = ReceiveAsync(client!);
        client!.Shutdown();

        Assert.Empty(await reading);
        client.Dispose();
    }

    [Fact]
    public void What_does_not_fit_is_not_waited_for()
    {
        using UnixSocketListener listener = UnixSocketListener.Publish(Path);
        Assert.Equal(DialResult.Connected, UnixSocketDialer.TryDial(Path, Patience.Limit, out SocketChannel? client));
        using (client)
        {
            byte[] much = new byte[1_000_000];
            int sent = 0, last;
            while ((last = client!.TrySend(much)) > 0)
            {
                sent += last;
            }

            Assert.InRange(sent, 1, 10_000_000);
        }
    }

    private DialResult Dial() => UnixSocketDialer.TryDial(Path, Patience.Limit, out _);

    private static Task<byte[]> ReceiveAsync(SocketChannel channel) => Patience.InThread(() =>
    {
        byte[] buffer = new byte[100];
        return buffer[..channel.Receive(buffer)];
    });
}
