using System.Buffers;
using DaemonRpc.Framing;
using DaemonRpc.Protocol;
using DaemonRpc.Transport;

namespace DaemonRpc.Runtime.Tests.Infrastructure;

/// <summary>Connections that have been let in and then say nothing. For a process of its own, as its whole memory is looked at.</summary>
internal static class SilentConnections
{
    private const int Count = 500;

    private static readonly Hello s_hello = TestServer.Hello with
    {
        Program = "some-program",
        ProgramPath = "/home/somebody/bin/some-program",
        WorkingDirectory = "/home/somebody/projects/one",
        CultureName = "en-GB",
        Environment = new Dictionary<string, string> { ["PATH"] = "/usr/local/bin:/usr/bin:/bin", ["HOME"] = "/home/somebody", ["LANG"] = "en_GB.UTF-8", ["TERM"] = "xterm" },
    };

    /// <summary>How many bytes of the heap each keeps, a socket and its channel for the client's end included.</summary>
    /// <param name="watch">Whether each watches the status.</param>
    /// <param name="most">So many are few enough. Until there are no more it looks again, for some seconds: one that was heard just now keeps more.</param>
    public static long Measure(bool watch, long most)
    {
        using var server = new TestServer();
        var clients = new List<SocketChannel>(2 * Count);

        // What the first ones cost once and for all.
        Connect(server, clients, 20, watch);
        long before = Live();
        Connect(server, clients, Count, watch);
        long each = 0;
        _ = SpinWait.SpinUntil(() => (each = (Live() - before) / Count) <= most, Patience.Limit / 2);
        clients.ForEach(client => client.Dispose());
        return each;
    }

    private static void Connect(TestServer server, List<SocketChannel> clients, int count, bool watch)
    {
        for (int i = 0; i < count; i++)
        {
            (SocketChannel theirs, SocketChannel ours) = SocketChannels.Create();
            clients.Add(theirs);
            server.Daemon.Accept(ours);
            var reader = new FrameReader(theirs) { Until = new Deadline(Patience.Limit) };
            Say(theirs, FrameKind.Hello, 0, (s_hello with { ConnectionKey = i }).Write);
            Hear(reader, FrameKind.Welcome);
            if (watch)
            {
                Say(theirs, FrameKind.StatusQuery, 1, new StatusQuery(Watch: true).Write);
                Hear(reader, FrameKind.Status);
            }
        }
    }

    private static void Say(SocketChannel channel, FrameKind kind, uint callId, Action<IBufferWriter<byte>> write)
    {
        FrameBuffer frame = FrameBuffer.Rent();
        write(frame);
        channel.Send(frame.Finish(kind, callId).Frame);
        frame.Return();
    }

    private static void Hear(FrameReader reader, FrameKind kind)
    {
        Assert.True(reader.TryRead(out FrameHeader header, out _));
        Assert.Equal(kind, header.Kind);
    }

    private static long Live()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
