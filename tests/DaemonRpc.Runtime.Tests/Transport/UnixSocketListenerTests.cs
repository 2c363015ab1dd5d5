using DaemonRpc.Transport;

namespace DaemonRpc.Runtime.Tests.Transport;

public sealed class UnixSocketListenerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Path => _folder["d.sock"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Published_socket_is_the_owners_alone_and_leaves_no_temporary_name()
    {
        using UnixSocketListener listener = UnixSocketListener.Publish(Path);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path));
        Assert.Equal(Path, Assert.Single(Directory.EnumerateFileSystemEntries(_folder.Path)));
    }

    [Fact]
    public void Debris_is_replaced()
    {
        File.WriteAllText(Path, "debris");
        File.WriteAllText(Path + "~", "more debris");
        using UnixSocketListener listener = UnixSocketListener.Publish(Path);

        Assert.Equal(DialResult.Connected, UnixSocketDialer.TryDial(Path, Patience.Limit, out SocketChannel? channel));
        channel!.Dispose();
    }

    [Fact]
    public void Disposed_listener_takes_its_name_along()
    {
        UnixSocketListener.Publish(Path).Dispose();

        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void Disposed_listener_leaves_its_successors_name_alone()
    {
        UnixSocketListener old = UnixSocketListener.Publish(Path);
        using UnixSocketListener successor = UnixSocketListener.Publish(Path);
        old.Dispose();

        Assert.Equal(DialResult.Connected, UnixSocketDialer.TryDial(Path, Patience.Limit, out SocketChannel? channel));
        channel!.Dispose();
    }

    [Fact]
    public async Task Accept_returns_clients_and_ends_when_disposed()
    {
        UnixSocketListener listener = UnixSocketListener.Publish(Path);
        Assert.Equal(DialResult.Connected, UnixSocketDialer.TryDial(Path, Patience.Limit, out SocketChannel? client));
        using (client)
        using (SocketChannel? accepted = await Patience.InThread(listener.Accept))
        {
            Assert.Equal(Environment.ProcessId, accepted?.Peer.ProcessId);
        }

        Task<SocketChannel?> waiting = Patience.InThread(listener.Accept);
        listener.Dispose();
        Assert.Null(await waiting);
    }

    [Fact]
    public void Path_that_is_too_long_is_said_to_be_with_what_helps()
    {
        string path = _folder[new string('x', 120)];

        DaemonException refused = Assert.Throws<DaemonException>(() => UnixSocketListener.Publish(path));

        Assert.Contains($"{path.Length + 1} bytes", refused.Message, StringComparison.Ordinal);
        Assert.Contains("DAEMONRPC_DIR", refused.Message, StringComparison.Ordinal);
    }
}
