using System.Globalization;
using System.Net.Sockets;

namespace DaemonRpc.Hosting.Tests.Services;

/// <summary>A daemon that gets its listening socket from systemd (LISTEN_FDS).</summary>
public sealed class ActivationTests
{
    private const string Soon = "--Daemon:IdleTimeout=00:00:00.2";

    [Fact]
    public async Task Daemon_serves_the_client_that_waited_at_the_passed_socket_and_leaves_the_socket_for_the_next()
    {
        await using var place = new Place();
        using var socket = PassedSocket.Listening(SocketPath(place));
        Task<WorkshopClient> connecting = WorkshopClient.ConnectAsync(place.Finding());
        using (Foreground daemon = Activate(place, socket, args: Soon))
        {
            await using WorkshopClient client = await connecting.InTime();
            _ = await client.VisitAsync().InTime();
            Assert.Equal(daemon.Id, client.Daemon.ProcessId);
            Assert.Equal(0, await daemon.ExitCodeAsync());
        }

        Assert.True(File.Exists(SocketPath(place)));
        connecting = WorkshopClient.ConnectAsync(place.Finding());
        using Foreground next = Activate(place, socket, args: Soon);
        await using WorkshopClient later = await connecting.InTime();
        _ = await later.VisitAsync().InTime();
        Assert.Equal(next.Id, later.Daemon.ProcessId);
        Assert.Equal(0, await next.ExitCodeAsync());
        Assert.Contains(
            await DaemonControl.ReadJournalAsync("daemonrpc.tests.workshop", runtimeDirectory: place.RuntimeDirectory).InTime(),
            static entry => entry.Reason.Contains("Started by a service manager", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Variables_of_another_process_are_ignored()
    {
        await using var place = new Place();
        using var elsewhere = PassedSocket.Listening(place.File("other"));
        using Foreground daemon = Activate(place, elsewhere, process: "1", args: Soon);

        Assert.Equal(0, await daemon.ExitCodeAsync());

        Assert.Equal(["started in daemonrpc.tests.workshop", "stopped"], place.Events);
        Assert.False(File.Exists(SocketPath(place)));
    }

    [Theory]
    [InlineData("closed", "escriptor 3")]
    [InlineData("file", "Descriptor 3 is no socket")]
    [InlineData("tcp", "Descriptor 3 is no Unix stream socket")]
    [InlineData("datagram", "Descriptor 3 is no Unix stream socket")]
    [InlineData("packets", "Descriptor 3 is no Unix stream socket")]
    [InlineData("silent", "Descriptor 3 is a socket that does not listen")]
    [InlineData("elsewhere", "other', where no client looks for this daemon")]
    [InlineData("unnamed", "listens at ''")]
    [InlineData("removed", "was removed or replaced")]
    [InlineData("open", "is open to other users. Use SocketMode=0600.")]
    [InlineData("two", "LISTEN_FDS is '2', and a daemon takes exactly one socket")]
    [InlineData("none", "LISTEN_FDS is '0'")]
    [InlineData("word", "LISTEN_FDS is 'one'")]
    public async Task Wrong_descriptor_is_refused_with_what_is_wrong(string wrong, string reason)
    {
        await using var place = new Place();
        string path = SocketPath(place);
        using PassedSocket socket = wrong switch
        {
            "tcp" => PassedSocket.OnTheNetwork(),
            "datagram" => PassedSocket.Listening(path, SocketType.Dgram),
            "packets" => PassedSocket.Listening(path, SocketType.Seqpacket),
            "silent" => PassedSocket.Bound(path),
            "elsewhere" => PassedSocket.Listening(place.File("other")),
            "unnamed" => PassedSocket.Listening($"\0{place.File("other")}"),
            _ => PassedSocket.Listening(path),
        };
        if (wrong == "removed")
        {
            File.Delete(path);
        }
        else if (wrong == "open")
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherWrite);
        }

        string count = wrong switch { "two" => "2", "none" => "0", "word" => "one", _ => "1" };
        string descriptor = wrong switch { "closed" => "none", "file" => "0", _ => socket.Descriptor.ToString(CultureInfo.InvariantCulture) };
        using Foreground daemon = place.Start(new Dictionary<string, string>(), "activate", descriptor, "this", count, Soon);

        Assert.Equal(1, await daemon.ExitCodeAsync());

        string output = await daemon.Ended;
        Assert.Contains("The daemon 'daemonrpc.tests.workshop' cannot serve at the socket that was passed to it.", output, StringComparison.Ordinal);
        Assert.Contains(reason, output, StringComparison.Ordinal);
        Assert.DoesNotContain("started in daemonrpc.tests.workshop", place.Events);
    }

    [Fact]
    public async Task Passed_socket_does_not_let_a_second_daemon_run()
    {
        await using var place = new Place();
        await using WorkshopClient client = await place.ConnectAsync();
        _ = await client.VisitAsync().InTime();
        File.Delete(SocketPath(place));
        using var socket = PassedSocket.Listening(SocketPath(place));
        using Foreground daemon = Activate(place, socket, args: Soon);

        Assert.Equal(1, await daemon.ExitCodeAsync());

        Assert.Contains("runs already", await daemon.Ended, StringComparison.Ordinal);
        Assert.Equal(2, (await client.VisitAsync().InTime()).Bench);

        // The daemon that runs publishes its own socket again, with which it can be stopped.
        socket.Dispose();
        await AwaitedFile.ExistsAsync(SocketPath(place), CancellationToken.None).InTime();
    }

    private static Foreground Activate(Place place, PassedSocket socket, string args, string process = "this") =>
        place.Start(new Dictionary<string, string>(), "activate", socket.Descriptor.ToString(CultureInfo.InvariantCulture), process, "1", args);

    /// <summary>The path at which the daemon's clients look for it, in a folder that is ready.</summary>
    private static string SocketPath(Place place)
    {
        if (!Directory.Exists(place.RuntimeDirectory))
        {
            _ = Directory.CreateDirectory(place.RuntimeDirectory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return DaemonControl.GetSocketPath("daemonrpc.tests.workshop", runtimeDirectory: place.RuntimeDirectory);
    }
}
