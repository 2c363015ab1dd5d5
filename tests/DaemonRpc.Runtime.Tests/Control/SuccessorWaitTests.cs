using DaemonRpc.Control;
using DaemonRpc.Launch;
using DaemonRpc.Session;
using DaemonRpc.Transport;

namespace DaemonRpc.Runtime.Tests.Control;

/// <summary>Waiting for the daemon that takes the place of a replaced one, where the file system cannot tell that it is there.</summary>
public sealed class SuccessorWaitTests : IDisposable
{
    private readonly TestServer _server = new();
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _server.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Successor_is_found_where_no_watches_are_left()
    {
        var address = new DaemonAddress("id", "", _folder.Path);
        int looks = 0;

        ClientSession? session = await Patience.InThread(() => SuccessorWait.Open(
            address, new Deadline(Patience.Limit), _ => ++looks < 3 ? null : _server.Open(), static (_, _) => null));

        Assert.NotNull(session);
        session.Dispose();
    }

    [Fact]
    public async Task Folder_that_is_missing_ends_the_waiting_in_time()
    {
        var address = new DaemonAddress("id", "", _folder["missing"]);

        Assert.Null(await Patience.InThread(() => SuccessorWait.Open(address, new Deadline(TimeSpan.FromMilliseconds(50)), _ => null)));
    }

    [Fact]
    public async Task Successor_is_found_when_its_socket_is_published()
    {
        var address = new DaemonAddress("id", "", _folder.Path);

        ClientSession? session = await Patience.InThread(() => SuccessorWait.Open(
            address,
            new Deadline(Patience.Limit),
            _ =>
            {
                if (File.Exists(address.SocketPath))
                {
                    return _server.Open();
                }

                File.WriteAllText(address.SocketPath, "");
                return null;
            }));

        Assert.NotNull(session);
        session.Dispose();
    }
}
