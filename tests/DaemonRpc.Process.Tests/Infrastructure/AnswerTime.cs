using System.Buffers.Binary;
using System.Diagnostics;
using System.Net.Sockets;

namespace DaemonRpc.Process.Tests.Infrastructure;

/// <summary>How long a daemon takes to let a new client in and answer its one question.</summary>
/// <remarks>Measured by blocking calls on a thread of its own: what keeps this process's pool busy is not counted as the daemon's.</remarks>
internal static class AnswerTime
{
    /// <summary>How long it takes from connecting until an answer of that kind has come.</summary>
    public static async Task<TimeSpan> OfAsync(string socketPath, byte[] question, byte answer)
    {
        var taken = new TaskCompletionSource<TimeSpan>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            try
            {
                taken.SetResult(Ask(socketPath, question, answer));
            }
            catch (Exception exception)
            {
                taken.SetException(exception);
            }
        })
        { IsBackground = true }.Start();
        return await taken.Task.InTime();
    }

    private static TimeSpan Ask(string socketPath, byte[] question, byte answer)
    {
        long start = Stopwatch.GetTimestamp();
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint(socketPath));
        _ = socket.Send(RawConnection.ProperHello);
        Assert.Equal(RawConnection.Welcome, NextKind(socket));
        _ = socket.Send(question);
        Assert.Equal(answer, NextKind(socket));
        return Stopwatch.GetElapsedTime(start);
    }

    private static byte NextKind(Socket socket)
    {
        byte[] header = Fill(socket, new byte[RawConnection.HeaderSize]);
        _ = Fill(socket, new byte[BinaryPrimitives.ReadUInt32LittleEndian(header)]);
        return header[4];
    }

    private static byte[] Fill(Socket socket, byte[] buffer)
    {
        for (int filled = 0; filled < buffer.Length;)
        {
            int received = socket.Receive(buffer.AsSpan(filled));
            Assert.True(received > 0, "The daemon ended the connection instead of an answer.");
            filled += received;
        }

        return buffer;
    }
}
