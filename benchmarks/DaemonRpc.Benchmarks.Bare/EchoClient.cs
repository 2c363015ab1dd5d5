using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace DaemonRpc.Benchmarks.Bare;

/// <summary>Asks the echo daemon.</summary>
internal static class EchoClient
{
    /// <summary>One round trip, with a daemon started for it if none runs.</summary>
    public static int Call(string path, string kind)
    {
        Socket? socket = Connect(path);
        if (socket is null)
        {
            StartDaemon(path, kind);
            socket = Connect(path) ?? throw new IOException("The daemon does not listen.");
        }

        using (socket)
        {
            byte[] buffer = new byte[EchoWire.MessageSize];
            return RoundTrip(EchoWire.Over(socket, kind), buffer) == buffer.Length ? 0 : 1;
        }
    }

    /// <summary>For each number on standard input, so many round trips and one line of output.</summary>
    public static int Warm(string path, string kind)
    {
        using Socket socket = Connect(path) ?? throw new IOException("The daemon does not run.");
        var wire = EchoWire.Over(socket, kind);
        byte[] buffer = new byte[EchoWire.MessageSize];
        while (Console.In.ReadLine() is { Length: > 0 } line)
        {
            int calls = int.Parse(line, CultureInfo.InvariantCulture);
            var round = new Round(calls);
            long before = GC.GetTotalAllocatedBytes(precise: true);
            for (int call = 0; call < calls; call++)
            {
                long begun = Stopwatch.GetTimestamp();
                _ = RoundTrip(wire, buffer);
                round.Add(begun);
            }

            round.ClientBytes = GC.GetTotalAllocatedBytes(precise: true) - before;
            Console.Out.WriteLine(round);
        }

        return 0;
    }

    private static int RoundTrip(EchoWire wire, byte[] buffer)
    {
        wire.Send(buffer);
        return wire.Receive(buffer);
    }

    private static Socket? Connect(string path)
    {
        // Not by catching the refusal: an exception would be the dearest part of a cold start.
        if (!File.Exists(path))
        {
            return null;
        }

        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint(path));
        return socket;
    }

    private static unsafe void StartDaemon(string path, string kind)
    {
        int* ends = stackalloc int[2];
        _ = Native.Pipe(ends);
        Native.SpawnSelf("serve", path, kind, ends[1].ToString(CultureInfo.InvariantCulture));
        _ = Native.Close(ends[1]);
        byte ready;
        _ = Native.Read(ends[0], &ready, 1);
        _ = Native.Close(ends[0]);
    }
}
